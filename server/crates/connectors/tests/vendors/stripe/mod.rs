//! The Stripe connector against a server that speaks Stripe's protocol, with and without faults.

mod changes;
mod company;
mod faults;
mod full;
mod kills;
mod large;
