//! Servers that speak the vendors' documented protocols.
