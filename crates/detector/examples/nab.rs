//! Reads `timestamp,value` rows from a CSV file and prints one detection row for each.
//!
//! `cargo run --release -p vigie-detector --example nab -- counts.csv [zone] > detection.csv`
#![expect(clippy::print_stdout, reason = "an example's output is its standard output")]

use std::error::Error;

use vigie_detector::series::{Rows, Settings, Zone};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("which file?")?;
    let zone = arguments.next().map_or(Ok(Zone::utc()), |name| Zone::named(&name))?;
    let mut rows = Rows::new(Settings::default(), zone.clone());
    println!("timestamp,observed,expected,p_value,anomaly_score,state,alert,would_not_fire_at");
    for (number, line) in std::fs::read_to_string(&path)?.lines().enumerate().skip(1) {
        let (time, value) =
            line.split_once(',').ok_or_else(|| format!("{path}:{}: no comma", number + 1))?;
        let row = rows.push(zone.read_time(time)?, value.trim().parse()?)?;
        println!(
            "{time},{},{:.3},{:e},{:.4},{},{},{}",
            row.observed,
            row.expected,
            row.p_value,
            row.anomaly_score,
            format!("{:?}", row.state).to_lowercase(),
            u8::from(row.alert),
            row.would_not_fire_at.map_or(String::new(), |count| count.to_string())
        );
    }
    Ok(())
}
