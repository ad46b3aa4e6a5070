//! Attacks of the trust list that go across all routes; those on one noun stand with its pages.
mod bad_input;
mod canary;
mod concurrent;
mod garbage;
mod headers;
mod roles;
