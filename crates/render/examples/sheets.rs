//! Writes one sheet of every design on every stock that takes it, to look at: `cargo run -p render --example sheets DIR`.
use chrono::DateTime;
use domain::label::{LabelData, Library};
use render::{SheetOptions, labels_pdf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::path::PathBuf::from(std::env::args().nth(1).ok_or("give a folder")?);
    std::fs::create_dir_all(&folder)?;
    let library = Library::builtin();
    for warning in &library.warnings {
        println!("{warning}");
    }
    for stock in &library.stocks {
        for design in &library.designs {
            let mut data = LabelData::sample();
            for (field, value) in &design.requires {
                data.set(field, value);
            }
            let items = (0..stock.cells())
                .map(|i| if i % 2 == 0 { data.clone() } else { data.clone().without("test.next_due") });
            let options = SheetOptions::new(&design.title, DateTime::UNIX_EPOCH);
            match labels_pdf(stock, design, items, &options, &mut |_| {}) {
                Ok(pdf) => std::fs::write(folder.join(format!("{}-{}.pdf", stock.code, design.name)), pdf)?,
                Err(error) => println!("{error}"),
            }
        }
    }
    Ok(())
}
