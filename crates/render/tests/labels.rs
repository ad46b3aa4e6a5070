use crate::{judges, saved};
use chrono::DateTime;
use domain::label::{LabelData, LabelError, Library, Stock};
use render::{SheetOptions, labels_pdf, missing_glyphs};

fn tagged(index: usize) -> (String, LabelData) {
    let tag = format!("7K3M9{index:03}");
    let url = format!("HTTPS://PAT.EXAMPLE.ORG/T/{tag}");
    let mut data = LabelData::sample().with("asset.tag", &tag).with("asset.url", &url);
    data.set("part.number", tag);
    data.set("part.url", &url);
    data.set("asset.description", "Łódź Ω ≥ ✓ Ελληνικά Кириллица");
    (url, data)
}

fn sheet(stock: &str, design: &str, start_cell: usize, items: Vec<LabelData>) -> Result<Vec<u8>, LabelError> {
    let library = Library::builtin();
    let options = SheetOptions { start_cell, ..SheetOptions::new("Labels", DateTime::UNIX_EPOCH) };
    labels_pdf(library.stock(stock)?, library.design(design)?, items, &options, &mut |_| {})
}

fn cell(stock: &Stock, index: usize) -> [f64; 4] {
    let [x, y] = stock.cell_mm(index).expect("a cell");
    [x, y, stock.label_mm[0], stock.label_mm[1]]
}

#[test]
fn every_code_of_a_full_sheet_is_read_by_both_readers() {
    if !judges::present(&["qpdf", "pdftoppm", "zbarimg", "zxing"]) {
        return;
    }
    let (urls, items): (Vec<_>, Vec<_>) = (0..21).map(tagged).unzip();
    let (_folder, pdf) = saved(&sheet("L7160", "asset", 1, items).expect("a sheet"));
    judges::check(&pdf);
    let picture = judges::picture(&pdf, 300, [0.0, 0.0, 210.0, 297.0]);
    assert_eq!(judges::zxing(&picture), urls);
    // zbarimg mixes up the finder patterns of neighbours on a page of 21 equal codes, whatever their mask.
    let stock = Library::builtin().stock("L7160").expect("built in");
    for (index, url) in urls.iter().enumerate() {
        assert_eq!(judges::zbar(&judges::picture(&pdf, 300, cell(stock, index))), [url.as_str()]);
    }
}

#[test]
fn on_each_stock_each_design_is_read_from_its_own_cell() {
    if !judges::present(&["qpdf", "pdftoppm", "zbarimg"]) {
        return;
    }
    let stocks = &Library::builtin().stocks;
    // Sheets cut alike print alike; the cells of all 39 are measured in `domain`.
    let cuts = stocks.iter().enumerate().filter(|(i, s)| !stocks[..*i].iter().any(|o| o.same_cut(s)));
    for (_, stock) in cuts {
        for design in &Library::builtin().designs {
            let at = stock.cells() / 2;
            let (url, mut data) = tagged(at);
            for (field, value) in &design.requires {
                data.set(field, value);
            }
            let (_folder, pdf) =
                saved(&sheet(&stock.code, &design.name, at + 1, vec![data]).expect("a sheet"));
            judges::check(&pdf);
            if stock.label_mm[1] < 12.0 {
                let words = judges::words(&pdf);
                assert!(words.contains(&url[url.len() - 8..]), "{}: {words}", stock.code);
                continue;
            }
            let picture = judges::picture(&pdf, 300, cell(stock, at));
            assert_eq!(judges::zbar(&picture), [url.as_str()], "{} on {}", design.name, stock.code);
        }
    }
}

#[test]
fn text_can_be_selected_and_fonts_are_small_embedded_subsets() {
    if !judges::present(&["pdftotext", "pdffonts"]) {
        return;
    }
    let bytes = sheet("L7163", "asset", 1, vec![tagged(1).1]).expect("a sheet");
    assert!(bytes.len() < 25_000, "{} bytes", bytes.len());
    let (_folder, pdf) = saved(&bytes);
    let words = judges::words(&pdf);
    for wanted in ["Łódź Ω ≥ ✓ Ελληνικά Кириллица", "7K3M9001", "Northgate School"] {
        assert!(words.contains(wanted), "{wanted} in {words}");
    }
    let fonts = judges::ask("pdffonts", &[judges::text(&pdf)]);
    let rows: Vec<_> = fonts.lines().skip(2).collect();
    assert!(rows.len() == 2 && rows.iter().all(|r| r.contains("yes yes yes")), "{fonts}");
    let info = judges::ask("pdfinfo", &[judges::text(&pdf)]);
    assert!(info.contains("Proofmark") && info.contains("595.276 x 841.89"), "{info}");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let print = || sheet("L7160", "asset", 3, (0..40).map(|i| tagged(i).1).collect()).expect("a sheet");
    let bytes = print();
    assert_eq!(bytes, print());
    let says = |wanted: &[u8]| bytes.windows(wanted.len()).any(|w| w == wanted);
    assert!(says(b"/PrintScaling /None"));
}

#[test]
fn a_start_cell_beyond_the_sheet_and_an_empty_batch_are_refused() {
    let one = || vec![tagged(0).1];
    assert_eq!(sheet("L7160", "asset", 22, one()), Err(LabelError::StartCell { given: 22, cells: 21 }));
    assert_eq!(sheet("L7160", "asset", 0, one()), Err(LabelError::StartCell { given: 0, cells: 21 }));
    assert_eq!(sheet("L7160", "asset", 1, vec![]), Err(LabelError::NoLabels));
    assert!(sheet("L7160", "asset", 21, vec![tagged(0).1, tagged(1).1]).is_ok());
}

#[test]
fn progress_counts_labels() {
    let library = Library::builtin();
    let options = SheetOptions { start_cell: 20, ..SheetOptions::new("Labels", DateTime::UNIX_EPOCH) };
    let mut seen = Vec::new();
    let items = (0..30).map(|i| tagged(i).1);
    let stock = library.stock("L7160").expect("built in");
    let design = library.design("asset").expect("built in");
    labels_pdf(stock, design, items, &options, &mut |n| seen.push(n)).expect("sheets");
    assert_eq!(seen, [2, 23, 30]);
}

#[test]
fn missing_glyphs_are_told_and_drawn_as_boxes() {
    assert_eq!(missing_glyphs("Łódź Ω ≥ ≤ ✓ ✗ … – € Ελληνικά Кириллица\u{a0}\n"), []);
    assert_eq!(missing_glyphs("漢字 漢"), ['漢', '字']);
    assert_eq!(missing_glyphs("שלום")[0], 'ש');
    let data = tagged(0).1.with("asset.description", "漢字");
    assert!(sheet("L7160", "asset", 1, vec![data]).is_ok());
}

#[test]
fn the_built_in_list_is_the_folder() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../labels");
    let count = |folder: &str| std::fs::read_dir(format!("{root}/{folder}")).expect(folder).count();
    let library = Library::builtin();
    assert_eq!((count("stock"), count("design")), (library.stocks.len(), library.designs.len()));
}
