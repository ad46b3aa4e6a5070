//! Encoders for tests only; they share nothing with the readers.

/// A super string under construction.
pub struct Sss(pub Vec<u8>);

impl Sss {
    pub fn new() -> Self {
        Self(vec![])
    }

    /// A frame; `short` leaves the last byte out of the length, `off` falsifies the checksum.
    pub fn frame(mut self, start: u8, payload: &[u8], short: bool, off: i32) -> Self {
        let sum = payload.iter().map(|b| i32::from(*b)).sum::<i32>() + off;
        let length = u16::try_from(payload.len() - usize::from(short)).unwrap();
        self.0.push(start);
        self.0.extend(length.to_le_bytes());
        self.0.extend(u16::try_from(sum & 0xffff).unwrap().to_le_bytes());
        self.0.extend([0, 0]);
        self.0.extend(payload);
        self
    }

    pub fn machine(self, model: &str, serial: &str) -> Self {
        let payload = [vec![0x55], padded(model, 20), padded(serial, 20), vec![0xff]].concat();
        self.frame(0x55, &payload, false, 0)
    }

    pub fn test(self, payload: &[u8]) -> Self {
        self.frame(0x55, payload, true, 0)
    }

    pub fn end(self) -> Self {
        self.frame(0x55, &[0xaa, 0xff], false, 0)
    }
}

pub fn padded(text: &str, length: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    bytes.resize(length, 0);
    bytes
}

/// A test on 2024-03-12 at 10:34:56; the configuration is given without its mark FE, the results without their FF.
pub fn test_payload(asset: &str, flags: u8, config: &[u8], results: &[u8]) -> Vec<u8> {
    let length = u16::try_from(config.len() + 1).unwrap().to_le_bytes();
    [
        vec![0x01, flags],
        padded(asset, 16),
        vec![0; 64],
        padded("Depot", 16),
        padded("Bay 2", 16),
        vec![10, 34, 56, 12, 3],
        2024u16.to_le_bytes().to_vec(),
        padded("J Smith", 16),
        padded("Bosch drill \nCafé \n \n", 128),
        vec![0x02, 12],
        padded("CLASS I", 30),
        vec![6],
        vec![0; 15],
        length.to_vec(),
        config.to_vec(),
        vec![0xfe],
        results.to_vec(),
        vec![0xff],
    ]
    .concat()
}

/// A container under construction.
pub struct Gar(pub Vec<u8>);

impl Gar {
    pub fn new() -> Self {
        Self(vec![0xca, 0xbc, 0xab, 0x01])
    }

    pub fn file(self, name: &str, content: &[u8]) -> Self {
        let length = u32::try_from(content.len()).unwrap();
        self.packed(name, &stored_zlib(content), length, length)
    }

    /// A file with any zlib stream, a claimed length and a masked one.
    pub fn packed(mut self, name: &str, zlib: &[u8], claimed: u32, masked: u32) -> Self {
        let timestamp = 0x5480_1234_u32;
        let mut words = [timestamp, claimed, 521_288_629, 88_675_123];
        let plain = [&masked.to_be_bytes()[..], zlib].concat();
        let body: Vec<u8> = plain
            .into_iter()
            .map(|byte| {
                let [x, y, z, w] = words;
                let t = x ^ x.wrapping_shl(11);
                let next = (w ^ (w >> 19)) ^ (t ^ (t >> 8));
                words = [y, z, w, next];
                byte.wrapping_add((next & 0xff) as u8)
            })
            .collect();
        self.0.extend(u32::try_from(name.len()).unwrap().to_be_bytes());
        self.0.extend(name.as_bytes());
        self.0.extend(u32::try_from(body.len() + 12).unwrap().to_be_bytes());
        self.0.extend([0x00, 0x0c, 0x00, 0x01]);
        self.0.extend(timestamp.to_be_bytes());
        self.0.extend(claimed.to_be_bytes());
        self.0.extend(body);
        self
    }
}

/// A zlib stream of stored blocks, by hand.
pub fn stored_zlib(content: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = content.chunks(0xffff).peekable();
    if blocks.peek().is_none() {
        out.extend([1, 0, 0, 0xff, 0xff]);
    }
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap();
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let (mut a, mut b) = (1u32, 0u32);
    for byte in content {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend(((b << 16) | a).to_be_bytes());
    out
}
