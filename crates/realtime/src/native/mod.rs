//! The two native protocols of `/ws`: simple (`signalbox.simple.v1`) and JSON (`signalbox.json.v1`).
