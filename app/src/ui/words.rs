//! Words as a page needs them.

use tidemark_shared::format;

/// With its first letter large: `stripe customers` becomes `Stripe customers`.
pub(crate) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// A number of things: `1 row`, `1,204 rows`; `number` is already written for people, in whatever
/// digits.
pub(crate) fn counted(number: &str, thing: &str) -> String {
    let plural = if number == format::count(1) { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_letter_changes() {
        assert_eq!(capitalized("stripe invoiceLines"), "Stripe invoiceLines");
        assert_eq!(capitalized("état"), "État");
        assert_eq!(capitalized(""), "");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(counted("1", "row"), "1 row");
        assert_eq!(counted("0", "row"), "0 rows");
        assert_eq!(counted("1,204", "row"), "1,204 rows");
    }
}
