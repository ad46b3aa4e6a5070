//! The database: SQLite or PostgreSQL behind scoped queries and an append-only ledger
