//! html: the server's own pages, without any script.
use std::fmt::Write;

use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::{ACCOUNT, SIGN_IN, SIGN_OUT, STYLE};

/// The colours and sizes of the app, and what these pages add.
const SHEETS: [&str; 3] = [
    include_str!("../../../../../style/tokens.css"),
    include_str!("../../../../../style/base.css"),
    include_str!("access.css"),
];

/// Marks a response as one of these pages, which may send forms to this server and nothing else.
#[derive(Clone)]
pub(crate) struct FormPage;

/// Text as it stands in HTML, in attributes too.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// The style of these pages.
pub(crate) async fn style() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
    ];
    (headers, SHEETS.concat()).into_response()
}

/// A page with a title and a body that is HTML.
pub(crate) fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let text = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} · Tidemark</title><link rel=\"stylesheet\" href=\"{STYLE}\"></head>\
         <body class=\"access\"><main><p class=\"brand\">Tidemark</p><h1>{title}</h1>{body}</main></body></html>"
    );
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
    ];
    let mut response = (status, headers, text).into_response();
    response.extensions_mut().insert(FormPage);
    response
}

/// The sign-in form, with what went wrong before.
pub(crate) fn sign_in(status: StatusCode, next: &str, name: &str, error: Option<&str>) -> Response {
    let (next, name) = (escaped(next), escaped(name));
    // After a wrong password it is typed again.
    let (first, second) = if name.is_empty() {
        (" autofocus", "")
    } else {
        ("", " autofocus")
    };
    let error = error.map_or_else(String::new, |error| {
        format!(
            "<p class=\"error\" id=\"error\" role=\"alert\">{}</p>",
            escaped(error)
        )
    });
    let described = if error.is_empty() {
        ""
    } else {
        " aria-invalid=\"true\" aria-describedby=\"error\""
    };
    let body = format!(
        "{error}<form method=\"post\" action=\"{SIGN_IN}\">\
         <input type=\"hidden\" name=\"next\" value=\"{next}\">\
         <label for=\"name\">Name</label>\
         <input id=\"name\" name=\"name\" value=\"{name}\" autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\" required{first}{described}>\
         <label for=\"password\">Password</label>\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required{second}{described}>\
         <button>Sign in</button></form>"
    );
    page(status, "Sign in", &body)
}

/// The question whether to sign out.
pub(crate) fn sign_out() -> Response {
    let body = format!(
        "<form method=\"post\" action=\"{SIGN_OUT}\"><button>Sign out</button></form><p><a href=\"/\">Back to the dashboard</a></p>"
    );
    page(StatusCode::OK, "Sign out", &body)
}

/// What is shown after signing out.
pub(crate) fn signed_out() -> Response {
    let body = format!(
        "<p>You are signed out on this device.</p><p><a href=\"{SIGN_IN}\">Sign in again</a></p>"
    );
    page(StatusCode::OK, "Signed out", &body)
}

/// What is shown to a person who may not see the page.
pub(crate) fn not_allowed() -> Response {
    let body = format!(
        "<p>Your account does not allow you to see this page. An administrator can change that.</p>\
         <p><a href=\"{ACCOUNT}\">Your account</a></p>"
    );
    page(StatusCode::FORBIDDEN, "Not allowed", &body)
}

/// A table with a heading row; cells are HTML.
pub(crate) fn table(caption: &str, heads: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!("<table><caption>{caption}</caption><thead><tr>");
    for head in heads {
        // Writing to a String does not fail.
        let _ = write!(text, "<th scope=\"col\">{head}</th>");
    }
    text.push_str("</tr></thead><tbody>");
    for row in rows {
        text.push_str("<tr>");
        for cell in row {
            let _ = write!(text, "<td>{cell}</td>");
        }
        text.push_str("</tr>");
    }
    text.push_str("</tbody></table>");
    text
}
