//! Bytes to records and back: CSV and iCalendar, pure
