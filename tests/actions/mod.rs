pub mod dues;
mod holds;
mod import;
mod patguard;
pub mod test_imports;
pub mod tests;
