"""A whole docket as one file, and parts of it in the formats that other systems read. The file's format: docs/exchange.md."""

FORMAT = "wayhome-docket"
VERSION = 1
