//! Avro schemas of vigie's topics and the records that travel on them.
