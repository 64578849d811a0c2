//! From the network to the file that ships: which keys are kept, and their numbers in eight bits.

use vigie_text::{
    DIMENSIONS, GROUPS, HIGHEST_WEIGHT, LanguageScript as Script, MAGIC, VERSION, WAYS, place,
};

use super::network::Network;

/// Which keys are kept: those that move most texts most, as many as the groups have room for.
///
/// A key's worth is the length of its row times the root of how often it was seen.
pub fn kept(network: &Network, counts: &[u32]) -> Vec<bool> {
    let mut ranked: Vec<(f32, u32)> = (0..counts.len() as u32)
        .filter(|key| counts[*key as usize] > 0)
        .map(|key| {
            let row = &network.rows[key as usize];
            let length: f32 = row.iter().map(|number| number * number).sum::<f32>().sqrt();
            (length * (counts[key as usize] as f32).powf(0.5), key)
        })
        .collect();
    ranked.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    let mut taken = vec![0_u8; GROUPS as usize];
    let mut kept = vec![false; counts.len()];
    for (_, key) in ranked {
        let taken = &mut taken[place(key).0 as usize];
        if usize::from(*taken) < WAYS {
            *taken += 1;
            kept[key as usize] = true;
        }
    }
    kept
}

/// The bytes of the file.
pub fn pack(network: &Network, tags: &[(String, Script)], kept: &[bool]) -> Vec<u8> {
    // Rows share a scale for each dimension, so that the columns can take it over.
    let mut highest = [1e-9_f32; DIMENSIONS];
    for (row, _) in network.rows.iter().zip(kept).filter(|(_, kept)| **kept) {
        for (highest, number) in highest.iter_mut().zip(row) {
            *highest = highest.max(number.abs().min(CLIP));
        }
    }
    let row_scale = highest.map(|highest| highest / 127.0);
    let mut columns: Vec<[f32; DIMENSIONS]> = network.columns.clone();
    for column in &mut columns {
        for (weight, scale) in column.iter_mut().zip(&row_scale) {
            *weight *= scale;
        }
    }
    let steepest =
        columns.iter().flatten().fold(1e-9_f32, |steepest, weight| steepest.max(weight.abs()));
    let scale = steepest / f32::from(HIGHEST_WEIGHT);
    let mut bytes = Vec::new();
    bytes.extend(MAGIC);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend([DIMENSIONS as u8, tags.len() as u8]);
    bytes.extend(GROUPS.to_le_bytes());
    bytes.extend(scale.to_le_bytes());
    for (index, (tag, script)) in tags.iter().enumerate() {
        bytes.push(tag.len() as u8);
        bytes.extend(tag.as_bytes());
        bytes.push(*script as u8);
        bytes.extend(network.biases[index].to_le_bytes());
        for weight in columns[index] {
            bytes.extend(((weight / scale).round() as i16).to_le_bytes());
        }
    }
    let slots = GROUPS as usize * WAYS;
    let mut marks = vec![0_u8; slots];
    let mut rows = vec![0_u8; slots * DIMENSIONS];
    for key in (0..kept.len()).filter(|key| kept[*key]) {
        let (group, mark) = place(key as u32);
        let first = group as usize * WAYS;
        let Some(way) = (0..WAYS).find(|way| marks[first + way] == 0) else { continue };
        marks[first + way] = mark;
        let row = &mut rows[(first + way) * DIMENSIONS..][..DIMENSIONS];
        for ((byte, number), scale) in row.iter_mut().zip(&network.rows[key]).zip(&row_scale) {
            *byte = (number / scale).round().clamp(-127.0, 127.0) as i8 as u8;
        }
    }
    bytes.extend(marks);
    bytes.extend(rows);
    bytes
}

/// Numbers beyond this are cut: a few rare keys would else cost all others their precision.
const CLIP: f32 = 4.0;
