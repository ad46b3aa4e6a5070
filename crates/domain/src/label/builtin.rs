//! The stocks and designs that come with the program, embedded at compile time.

macro_rules! file {
    ($path:literal) => {
        ($path, include_str!(concat!("../../../../labels/", $path)))
    };
}

/// Every built-in file as (path below `labels/`, text); a test compares this list with the directory.
pub(super) const FILES: &[(&str, &str)] = &[
    file!("stock/4232.toml"),
    file!("stock/4233.toml"),
    file!("stock/4234.toml"),
    file!("stock/4346.toml"),
    file!("stock/4347.toml"),
    file!("stock/4349.toml"),
    file!("stock/4690.toml"),
    file!("stock/4731.toml"),
    file!("stock/4732.toml"),
    file!("stock/4736.toml"),
    file!("stock/4737.toml"),
    file!("stock/4773.toml"),
    file!("stock/4776.toml"),
    file!("stock/4864.toml"),
    file!("stock/5160.toml"),
    file!("stock/5163.toml"),
    file!("stock/5167.toml"),
    file!("stock/5262.toml"),
    file!("stock/L6008.toml"),
    file!("stock/L6009.toml"),
    file!("stock/L6011.toml"),
    file!("stock/L6012.toml"),
    file!("stock/L6112.toml"),
    file!("stock/L6113.toml"),
    file!("stock/L6114.toml"),
    file!("stock/L7051.toml"),
    file!("stock/L7060.toml"),
    file!("stock/L7063.toml"),
    file!("stock/L7159.toml"),
    file!("stock/L7160.toml"),
    file!("stock/L7161.toml"),
    file!("stock/L7162.toml"),
    file!("stock/L7163.toml"),
    file!("stock/L7165.toml"),
    file!("stock/L7173.toml"),
    file!("stock/L7651.toml"),
    file!("stock/L7656.toml"),
    file!("stock/L7657.toml"),
    file!("stock/L7658.toml"),
    file!("design/asset.toml"),
    file!("design/part.toml"),
    file!("design/pat_fail.toml"),
    file!("design/pat_pass.toml"),
];
