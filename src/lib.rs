//! Proofmark.
