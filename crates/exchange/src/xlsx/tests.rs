use super::*;
use domain::quantity::Decimal;
use proptest::prelude::*;

/// An archive of stored parts, by hand; sizes may lie.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (vec![], vec![]);
    for (name, content) in parts {
        let offset = u32::try_from(out.len()).unwrap();
        let size = u32::try_from(content.len()).unwrap().to_le_bytes();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        out.extend(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0");
        out.extend([size, size].concat());
        out.extend([&length[..], &[0, 0], name.as_bytes(), content].concat());
        directory.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0");
        directory.extend([size, size].concat());
        directory.extend([&length[..], &[0; 12], &offset.to_le_bytes(), name.as_bytes()].concat());
    }
    let count = u16::try_from(parts.len()).unwrap().to_le_bytes();
    let start = u32::try_from(out.len()).unwrap().to_le_bytes();
    let length = u32::try_from(directory.len()).unwrap().to_le_bytes();
    out.extend(directory);
    out.extend([&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &length, &start, &[0, 0]].concat());
    out
}

const BOOK: &[u8] = b"<workbook><workbookPr/><sheets><sheet name='Tests' r:id='r1'/><sheet name='B' r:id='r2'/></sheets></workbook>";
const RELS: &[u8] = b"<Relationships><Relationship Id='r1' Target='worksheets/a.xml'/></Relationships>";

fn book(sheet: &str) -> Vec<u8> {
    archive(&[
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", RELS),
        ("xl/worksheets/a.xml", sheet.as_bytes()),
        ("xl/styles.xml", b"<styleSheet><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></styleSheet>"),
        ("xl/sharedStrings.xml", "<sst><si><t>&gt;19.99</t></si><si><r><t>a</t></r><r><t xml:space='preserve'> b</t></r><rPh><t>x</t></rPh></si></sst>".as_bytes()),
    ])
}

fn rows(bytes: Vec<u8>) -> Vec<(usize, Result<Vec<String>, String>)> {
    XlsxRows::open(bytes).unwrap().collect()
}

#[test]
fn cells_of_every_type_become_text() {
    let sheet = "<worksheet><sheetData><row r='2'><c r='A2' t='s'><v>0</v></c><c r='C2' s='1'><v>45363.5</v></c>\
         <c r='D2'><v>8.0000000000000002E-2</v></c><c t='inlineStr'><is><t>x_x000D_y</t></is></c><c t='b'><v>1</v></c>\
         <c t='s'><v>1</v></c><c t='str'><f>A1</f><v>sum</v></c></row><row r='3'/><row><c><v>20</v></c></row></sheetData></worksheet>";
    let found = rows(book(sheet));
    let first = [">19.99", "", "2024-03-12 12:00:00", "0.08", "x\ry", "TRUE", "a b", "sum"]
        .map(String::from)
        .to_vec();
    assert_eq!(found, [(2, Ok(first)), (4, Ok(vec!["20".to_owned()]))]);
    assert!(XlsxRows::open(book(sheet)).unwrap().warning().unwrap().contains("\"Tests\""));
}

#[test]
fn what_is_written_is_read() {
    let date = chrono::NaiveDate::from_ymd_opt(2024, 3, 12).unwrap();
    let mut book = Workbook::new("Log: [1]", &["Name", "When"]).unwrap();
    let cells = [
        Cell::text(">19.99"),
        Cell::Moment(date.and_hms_opt(10, 34, 56).unwrap()),
        Cell::Date(date),
        Cell::Number("0.085".parse::<Decimal>().unwrap()),
        Cell::text("=1+1"),
        Cell::text("a_x0041_\r\n<&\"\u{1}"),
        Cell::Bool(true),
        Cell::Empty,
    ];
    book.row(&cells).unwrap();
    let found = rows(book.finish().unwrap());
    assert_eq!(found[0].1, Ok(vec!["Name".to_owned(), "When".to_owned()]));
    let read = found[1].1.clone().unwrap();
    assert_eq!(
        read,
        [">19.99", "2024-03-12 10:34:56", "2024-03-12", "0.085", "'=1+1", "a_x0041_\r\n<&\"\u{1}", "TRUE"]
    );
}

#[test]
fn damage_and_bombs_are_refused_within_bounds() {
    for bytes in [&b""[..], b"PK\x05\x06", b"PK\x03\x04 nothing else"] {
        assert!(XlsxRows::open(bytes.to_vec()).is_err());
    }
    assert!(XlsxRows::open(archive(&[("word/document.xml", b"")])).is_err());
    let cut = rows(book("<sheetData><row><c><v>1</v></c></row><row><c><v>2"));
    assert!(cut[1].1.as_ref().unwrap_err().contains("cannot be read"));
    let wide = rows(book("<sheetData><row><c r='ZZZ1'><v>1</v></c></row></sheetData>"));
    assert!(wide[0].1.as_ref().unwrap_err().contains("columns"));
    let long = format!("<row><c><v>{}</v></c></row>", "9".repeat(2_000_000));
    assert!(rows(book(&long))[0].1.is_err());
    // Nothing but white space, compressed a thousandfold: refused as one endless text.
    let text = |bytes: &'static [u8]| std::str::from_utf8(bytes).unwrap();
    let archive = crate::zip::Stream::new(vec![]).whole("xl/workbook.xml", text(BOOK)).unwrap();
    let archive = archive.whole("xl/_rels/workbook.xml.rels", text(RELS)).unwrap();
    let mut bomb = archive.begin("xl/worksheets/a.xml").unwrap();
    for _ in 0..100 {
        bomb.add(&" ".repeat(100_000)).unwrap();
    }
    let found = rows(bomb.end().unwrap().finish().unwrap());
    assert!(found[0].1.as_ref().unwrap_err().contains("longer than"));
}

proptest! {
    #[test]
    fn texts_survive(texts in prop::collection::vec("(?s)(_x|_x0041_|[<>&\"']|.){0,8}", 1..6)) {
        let mut book = Workbook::new("A", &["Head"]).unwrap();
        let cells: Vec<Cell> = texts.iter().map(Cell::text).collect();
        book.row(&cells).unwrap();
        let found = rows(book.finish().unwrap());
        let mut read: Vec<String> = found.get(1).map_or(vec![], |r| r.1.clone().unwrap());
        read.resize(texts.len(), String::new());
        let read: Vec<&str> = read.iter().map(|t| crate::csv_write::restore(t)).collect();
        if texts.iter().any(|t| !t.trim().is_empty()) {
            prop_assert_eq!(read, texts);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(at in 0usize..4000, byte in any::<u8>(), cut in 0usize..4000) {
        let mut bytes = book("<sheetData><row r='1'><c r='A1' t='s'><v>0</v></c></row></sheetData>");
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(found) = XlsxRows::open(bytes.clone()) {
            found.for_each(drop);
        }
        bytes.truncate(cut % bytes.len());
        let _ = XlsxRows::open(bytes).map(|found| found.for_each(drop));
    }
}
