//! Amounts of money in major units, with the currency that a column or the amount itself names.

use crate::LandingOptions;
use crate::reason::Reason;
use crate::record::Record;

/// Signs that stand for one currency.
const SIGNS: [(char, &str); 12] = [
    ('€', "eur"),
    ('£', "gbp"),
    ('₹', "inr"),
    ('₽', "rub"),
    ('₩', "krw"),
    ('₪', "ils"),
    ('₺', "try"),
    ('฿', "thb"),
    ('₫', "vnd"),
    ('₴', "uah"),
    ('₦', "ngn"),
    ('₱', "php"),
];

/// Signs that several currencies share; the first of each is meant where nothing says otherwise.
const SHARED_SIGNS: [(char, &[&str]); 2] = [
    (
        '$',
        &[
            "usd", "cad", "aud", "nzd", "sgd", "hkd", "twd", "mxn", "clp", "cop", "ars", "brl",
            "uyu",
        ],
    ),
    ('¥', &["jpy", "cny"]),
];

/// An amount and its currency.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Money {
    /// Millionths of a major unit.
    pub(crate) micros: Option<i64>,
    /// Lower case; null means the reporting currency.
    pub(crate) currency: Option<String>,
}

impl Money {
    /// The amount in the field `name`, in the unit that the settings name, with the record's `currency`.
    pub(crate) fn of(
        record: &Record<'_>,
        name: &'static str,
        options: &LandingOptions,
    ) -> Result<Self, Reason> {
        let mut money = Self::in_field(record, name, "currency", options)?;
        if record.file().dialect.amounts_in_cents {
            let currency = money.currency.as_ref().unwrap_or(&options.currency);
            if !options.currencies_without_cents.contains(currency) {
                money.micros = money.micros.map(|cents| cents / 100);
            }
        }
        Ok(money)
    }

    /// The amount in the field `name`, in major units; the field `currency_field` may name its currency, and so may the amount.
    pub(crate) fn in_field(
        record: &Record<'_>,
        name: &'static str,
        currency_field: &'static str,
        options: &LandingOptions,
    ) -> Result<Self, Reason> {
        let micros = record.micros(name)?;
        let said = record.currency(currency_field)?;
        let written = match micros {
            Some(_) => record.text(name)?,
            None => None,
        };
        let named = written.map_or_else(Vec::new, |text| named_currencies(&text));
        let is_named = |currency: &str| named.is_empty() || named.iter().any(|one| one == currency);
        match said {
            Some(said) if is_named(&said) => Ok(Self {
                micros,
                currency: Some(said.into_owned()),
            }),
            Some(said) => {
                let reason = format!(
                    "{name} is written with {}, and {currency_field} is {said}",
                    named.join(" or ")
                );
                Err(Reason::new(reason).blaming(name))
            }
            None if is_named(&options.currency) => Ok(Self {
                micros,
                currency: None,
            }),
            None => Ok(Self {
                micros,
                currency: named.into_iter().next(),
            }),
        }
    }
}

/// The currencies that a written amount may be in, by its sign or code; none if it bears neither.
fn named_currencies(text: &str) -> Vec<String> {
    let code: String = text.chars().filter(|c| c.is_ascii_uppercase()).collect();
    if code.len() == 3 {
        return vec![code.to_lowercase()];
    }
    for c in text.chars().filter(|c| !c.is_ascii() || *c == '$') {
        if let Some((_, currency)) = SIGNS.iter().find(|(sign, _)| *sign == c) {
            return vec![(*currency).to_owned()];
        }
        if let Some((_, currencies)) = SHARED_SIGNS.iter().find(|(sign, _)| *sign == c) {
            return currencies.iter().map(|one| (*one).to_owned()).collect();
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(json: &str, reporting: &str) -> Result<Money, Reason> {
        let options = LandingOptions {
            currency: reporting.to_owned(),
            ..LandingOptions::default()
        };
        Money::of(&Record::json(json).unwrap(), "amount", &options)
    }

    fn currency(json: &str, reporting: &str) -> Option<String> {
        money(json, reporting).unwrap().currency
    }

    #[test]
    fn a_sign_or_code_beside_the_amount_names_the_currency() {
        for (amount, reporting, expected) in [
            ("49.00", "usd", None),
            ("€49.00", "usd", Some("eur")),
            ("49,50 €", "eur", None),
            ("EUR 12.00", "usd", Some("eur")),
            ("$49.00", "usd", None),
            ("$49.00", "cad", None),
            ("$49.00", "eur", Some("usd")),
            ("¥4900", "cny", None),
            ("1e3", "usd", None),
        ] {
            let json = format!("{{\"amount\": \"{amount}\"}}");
            let expected = expected.map(str::to_owned);
            assert_eq!(
                currency(&json, reporting),
                expected,
                "{amount} in {reporting}"
            );
        }
    }

    #[test]
    fn an_amount_in_another_currency_than_its_column_says_is_not_read() {
        let both = |amount: &str| format!("{{\"amount\": \"{amount}\", \"currency\": \"CAD\"}}");
        assert_eq!(currency(&both("$5"), "usd").as_deref(), Some("cad"));
        let error = money(&both("€5"), "usd").unwrap_err();
        assert_eq!(
            error.text,
            "amount is written with eur, and currency is cad"
        );
    }

    #[test]
    fn amounts_in_cents_are_whole_where_a_currency_has_none() {
        let dialect = crate::dialect::Dialect {
            amounts_in_cents: true,
            ..crate::dialect::Dialect::default()
        };
        let file = crate::dialect::FileDialect::new(dialect, &[], None);
        let options = LandingOptions {
            currencies_without_cents: vec!["jpy".to_owned()],
            ..LandingOptions::default()
        };
        let micros = |json: &str| {
            let record = Record::json_in(json, &file).unwrap();
            Money::of(&record, "amount", &options).unwrap().micros
        };
        assert_eq!(micros(r#"{"amount": 5000}"#), Some(50_000_000));
        assert_eq!(
            micros(r#"{"amount": 5000, "currency": "jpy"}"#),
            Some(5_000_000_000)
        );
    }
}
