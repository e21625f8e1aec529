//! Wavecraft's picture as an icon of Windows, in the sizes that Windows shows: the shapes of `ui/public/icon.svg`, drawn.
//! `cargo xtask codegen` writes it.

use std::io::Write;

use anyhow::{Context, Result};
use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

/// From the workspace's root.
pub const PATH: &str = "icon.ico";

/// The edges of its pictures, in pixels.
const SIZES: [u16; 5] = [16, 24, 32, 48, 256];

/// From this size on, a picture is a PNG, which is smaller. Older programs read no smaller ones of that kind.
const PNG_FROM: u16 = 256;

/// The edge of the drawing, to which all lengths below refer.
const EDGE: f64 = 32.0;
const CORNER_RADIUS: f64 = 7.0;
const STROKE_WIDTH: f64 = 3.2;
const BACKGROUND: [u8; 3] = [0x13, 0x12, 0x10];
const STROKE: [u8; 3] = [0xff, 0x7a, 0x3c];

type Point = [f64; 2];

/// The wave: two curves, each between its first and last point.
const WAVE: [[Point; 4]; 2] = [
    [[5.0, 16.0], [8.5, 4.0], [12.0, 4.0], [16.0, 16.0]],
    [[16.0, 16.0], [20.0, 28.0], [23.5, 28.0], [27.0, 16.0]],
];

/// Into how many straight lines a curve is divided.
const LINES_PER_CURVE: u32 = 32;

/// The file.
pub fn content() -> Result<Vec<u8>> {
    const HEADER_BYTES: usize = 6;
    const ENTRY_BYTES: usize = 16;
    let pictures = SIZES.map(|size| (size, if size < PNG_FROM { Ok(bitmap(size)) } else { png(size) }));
    let mut file = Vec::new();
    for number in [0, 1, SIZES.len() as u16] {
        file.extend(number.to_le_bytes());
    }
    let mut data = Vec::new();
    for (size, picture) in pictures {
        let picture = picture?;
        let offset = HEADER_BYTES + SIZES.len() * ENTRY_BYTES + data.len();
        // 256 is written as 0.
        let edge = size.to_le_bytes()[0];
        file.extend([edge, edge, 0, 0]);
        file.extend([1_u16, 32].map(u16::to_le_bytes).as_flattened());
        for number in [picture.len(), offset] {
            file.extend(u32::try_from(number).context("the icon is too large")?.to_le_bytes());
        }
        data.extend(picture);
    }
    file.extend(data);
    Ok(file)
}

/// A picture as icons have it: rows from below, blue first, and a mask behind it that says nothing beside the opacity.
fn bitmap(size: u16) -> Vec<u8> {
    const HEADER_BYTES: u32 = 40;
    let edge = u32::from(size);
    let mask_row_bytes = edge.div_ceil(32) * 4;
    let mut picture = Vec::new();
    for number in [HEADER_BYTES, edge, edge * 2] {
        picture.extend(number.to_le_bytes());
    }
    picture.extend([1_u16, 32].map(u16::to_le_bytes).as_flattened());
    for number in [0, edge * edge * 4 + mask_row_bytes * edge, 0, 0, 0, 0] {
        picture.extend(number.to_le_bytes());
    }
    for row in (0..size).rev() {
        for [red, green, blue, opacity] in pixels(size, row) {
            picture.extend([blue, green, red, opacity]);
        }
    }
    picture.resize(picture.len() + (mask_row_bytes * edge) as usize, 0);
    picture
}

fn png(size: u16) -> Result<Vec<u8>> {
    let mut rows = ZlibEncoder::new(Vec::new(), Compression::best());
    for row in 0..size {
        // No filter.
        rows.write_all(&[0]).context("could not compress the icon")?;
        for pixel in pixels(size, row) {
            rows.write_all(&pixel).context("could not compress the icon")?;
        }
    }
    let edge = u32::from(size).to_be_bytes();
    let eight_bits_with_opacity = [8, 6, 0, 0, 0];
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [
        (b"IHDR", [&edge[..], &edge, &eight_bits_with_opacity].concat()),
        (b"IDAT", rows.finish().context("could not compress the icon")?),
        (b"IEND", Vec::new()),
    ] {
        let mut checksum = Crc::new();
        checksum.update(kind);
        checksum.update(&data);
        file.extend(u32::try_from(data.len()).context("the icon is too large")?.to_be_bytes());
        file.extend(kind);
        file.extend(data);
        file.extend(checksum.sum().to_be_bytes());
    }
    Ok(file)
}

/// The pixels of a row: red, green, blue and opacity.
fn pixels(size: u16, row: u16) -> Vec<[u8; 4]> {
    let pixels_per_unit = f64::from(size) / EDGE;
    let wave = wave();
    let on_drawing = |pixel: u16| (f64::from(pixel) + 0.5) / pixels_per_unit;
    // An edge is as wide as a pixel.
    let coverage = |distance: f64| (0.5 - distance * pixels_per_unit).clamp(0.0, 1.0);
    let pixel = |column| {
        let point = [on_drawing(column), on_drawing(row)];
        let nearest = wave.windows(2).map(|ends| distance_to_line(point, ends[0], ends[1]));
        let stroke = coverage(nearest.fold(f64::INFINITY, f64::min) - STROKE_WIDTH / 2.0);
        let mixed = |channel: usize| {
            let [below, above] = [BACKGROUND, STROKE].map(|colour| f64::from(colour[channel]));
            (below + (above - below) * stroke).round() as u8
        };
        let opacity = (coverage(distance_to_background(point)) * 255.0).round() as u8;
        [mixed(0), mixed(1), mixed(2), opacity]
    };
    (0..size).map(pixel).collect()
}

/// The wave's points, in order.
fn wave() -> Vec<Point> {
    let along = |curve: &[Point; 4]| {
        let curve = *curve;
        (0..=LINES_PER_CURVE).map(move |step| {
            let position = f64::from(step) / f64::from(LINES_PER_CURVE);
            let rest = 1.0 - position;
            let weights = [
                rest * rest * rest,
                3.0 * rest * rest * position,
                3.0 * rest * position * position,
                position * position * position,
            ];
            [0, 1].map(|axis| (0..4).map(|point| weights[point] * curve[point][axis]).sum())
        })
    };
    WAVE.iter().flat_map(along).collect()
}

fn length([x, y]: Point) -> f64 {
    // Unlike `hypot`, the same on every system.
    (x * x + y * y).sqrt()
}

fn distance_to_line(point: Point, start: Point, end: Point) -> f64 {
    let [line, to_point] = [end, point].map(|to| [to[0] - start[0], to[1] - start[1]]);
    let squared = line[0] * line[0] + line[1] * line[1];
    let along = if squared > 0.0 {
        ((to_point[0] * line[0] + to_point[1] * line[1]) / squared).clamp(0.0, 1.0)
    } else {
        0.0
    };
    length([to_point[0] - along * line[0], to_point[1] - along * line[1]])
}

/// The distance to the square with round corners: negative inside.
fn distance_to_background(point: Point) -> f64 {
    let beyond = point.map(|coordinate| (coordinate - EDGE / 2.0).abs() - (EDGE / 2.0 - CORNER_RADIUS));
    let outside = length(beyond.map(|distance| distance.max(0.0)));
    outside + beyond[0].max(beyond[1]).min(0.0) - CORNER_RADIUS
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn root() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    #[test]
    fn the_file_is_as_it_is_drawn() {
        let held = fs::read(root().join(PATH)).unwrap();
        assert!(held == content().unwrap(), "`cargo xtask codegen` writes {PATH}");
    }

    #[test]
    fn the_shapes_are_those_of_the_page_s_icon() {
        let colour = |[red, green, blue]: [u8; 3]| format!("#{red:02x}{green:02x}{blue:02x}");
        let [[start, first, second, middle], [_, mirrored, third, end]] = WAVE;
        let relative = |to: Point, from: Point| format!("{} {}", to[0] - from[0], to[1] - from[1]);
        // A line break of SVG's own is a minus sign in front of a number.
        let path = format!(
            "M{} {}c{} {} {}s{} {}",
            start[0],
            start[1],
            relative(first, start),
            relative(second, start),
            relative(middle, start),
            relative(third, middle),
            relative(end, middle),
        )
        .replace(" -", "-");
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {EDGE} {EDGE}\"><title>Wavecraft</title><rect \
             width=\"{EDGE}\" height=\"{EDGE}\" rx=\"{CORNER_RADIUS}\" fill=\"{}\"/><path d=\"{path}\" fill=\"none\" \
             stroke=\"{}\" stroke-width=\"{STROKE_WIDTH}\" stroke-linecap=\"round\"/></svg>",
            colour(BACKGROUND),
            colour(STROKE),
        );
        assert_eq!(fs::read_to_string(root().join("ui/public/icon.svg")).unwrap().trim(), svg);
        // What `s` leaves out: the wave goes on as it came.
        let expected = [2.0 * middle[0] - second[0], 2.0 * middle[1] - second[1]];
        assert!(mirrored.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6));
    }

    #[test]
    fn corners_are_clear_the_ground_is_dark_and_the_wave_is_lit() {
        for size in SIZES {
            let at = |x: f64, y: f64| {
                let pixel = |coordinate: f64| (coordinate / EDGE * f64::from(size)) as u16;
                pixels(size, pixel(y))[usize::from(pixel(x))]
            };
            let [red, green, blue] = BACKGROUND;
            assert_eq!(at(0.0, 0.0)[3], 0, "{size}");
            assert_eq!(at(16.0, 29.0), [red, green, blue, 255], "{size}");
            assert!(at(16.0, 16.0)[0] > 200 && at(16.0, 16.0)[3] == 255, "{size}");
        }
    }
}
