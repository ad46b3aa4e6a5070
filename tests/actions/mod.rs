pub mod dues;
mod import;
mod patguard;
pub mod test_imports;
pub mod tests;
