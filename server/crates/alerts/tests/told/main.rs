//! Alerts told for real: to a web server, a mail server and a program, which fail on demand.

mod command;
mod common;
mod email;
mod mail_server;
mod rounds;
mod web_server;
mod webhook;
