//! Display lists in millimetres to PDF: labels, certificates, QR codes
