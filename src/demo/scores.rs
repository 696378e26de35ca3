//! Scores that look like those of a centre: most people gain a little, more where social activation works (contacts,
//! days filled, taking part) than in what was well from the start.

use super::random::Random;

/// Domain of the matrix, usual level at the zero measure and usual gain until the end, both in tenths of a level.
pub(super) const MATRIX: [(&str, i64, i64); 13] = [
    ("finances", 25, 5),
    ("work_education", 18, 8),
    ("time_use", 25, 10),
    ("housing", 33, 4),
    ("domestic_relations", 36, 4),
    ("mental_health", 31, 5),
    ("physical_health", 34, 3),
    ("substance_use", 41, 2),
    ("basic_adl", 45, 1),
    ("instrumental_adl", 35, 5),
    ("social_network", 25, 9),
    ("community_participation", 21, 11),
    ("justice", 43, 1),
];

/// Module of the second instrument (scale 1 to 10), usual level and usual gain in tenths.
pub(super) const MODULES: [(&str, i64, i64); 6] = [
    ("hygiene", 43, 12),
    ("punctuality", 48, 14),
    ("language", 41, 10),
    ("autonomy", 44, 15),
    ("budget", 46, 8),
    ("confidence", 40, 16),
];

/// How a person stands compared with others, and how far along the gain is.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    /// Above or below the usual level, in tenths.
    pub(super) person: i64,
    /// Seed of the person's own strong and weak domains, which stay the same from one reading to the next.
    pub(super) own: u64,
    /// Share of the usual gain that is made, in hundredths; negative for people who lose ground.
    pub(super) gained: i64,
}

/// A score on a scale from 1 to `highest`.
pub(super) fn score((level, gain): (i64, i64), standing: Standing, highest: i64, random: &mut Random) -> i64 {
    let domain = Random::new(standing.own ^ (level * 64 + gain).unsigned_abs()).noise() * 5 / 4;
    let tenths = level + domain + standing.person + gain * standing.gained / 100 + random.noise() / 3;
    ((tenths + 5).div_euclid(10)).clamp(1, highest)
}
