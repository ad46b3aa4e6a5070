//! Visits: opened, filled and closed.
