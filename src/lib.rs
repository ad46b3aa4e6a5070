//! Proofmark: a register of hardware assets and their electrical safety tests.
//!
//! - [`config`]: what the program must know before it starts.
//! - [`app`]: everything a request needs, built once.
//! - [`error`]: what can go wrong, named by what the caller can do.
//! - [`mail`]: outgoing mail.
//! - [`actions`]: use cases shared by pages, API and jobs.
//! - [`jobs`]: what runs by the clock.
//! - [`web`]: pages and the API.
//! - [`demo`]: a made-up organisation to try and to measure.
//! - [`cli`]: the command line.
pub mod actions;
pub mod app;
pub mod cli;
pub mod config;
pub mod demo;
pub mod error;
pub mod jobs;
pub mod mail;
pub mod web;
