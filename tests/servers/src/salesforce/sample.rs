//! An org filled from the command line, for clients in other languages.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use serde_json::json;

use super::org::Org;

/// What a sample org is made of.
#[derive(Debug, Clone, Args)]
pub struct Sample {
    /// Accounts that are stored; every tenth is deleted.
    #[arg(long, default_value_t = 25)]
    accounts: u32,
    /// Opportunities that are made when they are asked for.
    #[arg(long, default_value_t = 0)]
    opportunities: u64,
    /// Largest page of a query, in records.
    #[arg(long, default_value_t = 2_000)]
    rest_page: usize,
    /// Largest page of a Bulk result, in records.
    #[arg(long, default_value_t = 50_000)]
    bulk_page: usize,
    /// How often a Bulk job is asked for before it is complete.
    #[arg(long, default_value_t = 2)]
    polls: u32,
    /// Requests an access token is good for.
    #[arg(long)]
    token_requests: Option<u64>,
    /// PEM file with the public key of the app's certificate, as `openssl rsa -RSAPublicKey_out` writes it.
    #[arg(long)]
    public_key: Option<PathBuf>,
    /// An audience a JWT may name beside the server's own address.
    #[arg(long)]
    audience: Vec<String>,
}

impl Sample {
    /// The org.
    ///
    /// # Panics
    ///
    /// If the key file cannot be read.
    pub fn org(&self) -> Org {
        let org = Org::new();
        for number in 0..self.accounts {
            // Quotes, commas and line ends are what a reader of CSV trips over.
            let name = format!("Account \"{number}\", Ltd\nBranch");
            let values =
                json!({ "Name": name, "NumberOfEmployees": number, "Industry": "Banking" });
            let id = org.create("Account", values);
            if number % 10 == 9 {
                org.delete("Account", &id);
            }
        }
        org.object("Opportunity", |object| object.make(self.opportunities));
        org.options(|options| {
            options.rest_page = self.rest_page;
            options.bulk_page = self.bulk_page;
            options.polls = self.polls;
            options.token_requests = self.token_requests;
        });
        org.app(|app| {
            app.public_key = self.public_key.as_ref().map(|path| {
                let pem = std::fs::read_to_string(path).expect("the key file can be read");
                let lines = pem.lines().filter(|line| !line.starts_with("-----"));
                let text: String = lines.collect();
                STANDARD.decode(text).expect("the key file is PEM")
            });
            app.audiences.clone_from(&self.audience);
        });
        org
    }
}
