//! What is logged, and how: the setting `log`.

/// What is logged, and how: `text` or `json`, levels as in `info` or `warn,tidemark_http=debug`, or both, parted by a comma.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Log {
    /// How a line is written.
    pub format: LogFormat,
    /// What is told; none for the command's own choice.
    pub levels: Option<String>,
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for programs.
    Json,
}

impl Log {
    /// Reads the setting; none if it is neither a format nor levels.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (first, rest) = text.split_once(',').unwrap_or((text, ""));
        let (format, levels) = match first.trim() {
            "json" => (LogFormat::Json, rest),
            "text" => (LogFormat::Text, rest),
            _ => (LogFormat::Text, text),
        };
        let known = |directive: &str| {
            let level = directive.rsplit('=').next().unwrap_or(directive).trim();
            level
                .parse::<tracing_subscriber::filter::LevelFilter>()
                .is_ok()
        };
        let levels = levels.trim();
        if !levels.is_empty() && !levels.split(',').all(known) {
            return None;
        }
        Some(Self {
            format,
            levels: (!levels.is_empty()).then(|| levels.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_has_a_format_and_levels() {
        let with = |format, levels: Option<&str>| Log {
            format,
            levels: levels.map(str::to_owned),
        };
        for (text, log) in [
            ("json", with(LogFormat::Json, None)),
            ("debug", with(LogFormat::Text, Some("debug"))),
            ("text", Log::default()),
            (
                "json,warn,tidemark_http=debug",
                with(LogFormat::Json, Some("warn,tidemark_http=debug")),
            ),
        ] {
            assert_eq!(Log::parse(text), Some(log), "{text}");
        }
        for text in ["xml", "json,loud", "text,tidemark_http=chatty"] {
            assert_eq!(Log::parse(text), None, "{text}");
        }
    }
}
