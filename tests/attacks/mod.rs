//! Attacks and faults of the trust list that go across all routes; those on one noun stand with its pages.
//! `list.txt` says which test stands for which number.
mod bad_input;
mod canary;
mod concurrent;
mod evidence;
mod garbage;
mod headers;
mod listed;
mod roles;
mod scope;
mod shortcuts;
