//! Pictures of windows: those that are kept in the repository, and whether a window still looks like them.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use crate::display::Colour;

/// How far a channel of a pixel may be from the kept one, of 255, until the pixel looks different. Lines of a spectrum and
/// light around a curve tremble by less.
const FARTHEST: u8 = 48;
/// How many pixels may look different: the smallest label, a digit, has more.
const MOST_PIXELS: usize = 12;
/// Asks for pictures to be kept anew, as the page's tests in a browser do.
const RENEW_VARIABLE: &str = "WAVECRAFT_RENEW_PICTURES";

/// A picture, row by row.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its width, in pixels.
    pub width: u16,
    /// Its pixels, so many rows of its width as there are.
    pub pixels: Vec<Colour>,
}

impl Picture {
    /// Reads a PNG file of eight bits a channel, without transparency.
    ///
    /// # Panics
    ///
    /// If there is no such file.
    pub fn read(path: &Path) -> Self {
        let file = File::open(path).unwrap_or_else(|error| {
            panic!("{}: {error}; {RENEW_VARIABLE}=1 makes and keeps the picture", path.display())
        });
        let mut reader = png::Decoder::new(BufReader::new(file)).read_info().expect("it is a PNG file");
        let mut bytes = vec![0; reader.output_buffer_size().expect("it fits into memory")];
        let frame = reader.next_frame(&mut bytes).expect("it is whole");
        assert_eq!(frame.color_type, png::ColorType::Rgb, "{}", path.display());
        bytes.truncate(frame.buffer_size());
        let width = u16::try_from(frame.width).expect("pictures are no wider than screens");
        Self { width, pixels: bytes.as_chunks().0.to_vec() }
    }

    /// Writes it as a PNG file.
    pub fn write(&self, path: &Path) {
        fs::create_dir_all(path.parent().expect("it is a file in a folder")).expect("the folder can be made");
        let file = File::create(path).expect("the file can be written");
        let mut encoder = png::Encoder::new(file, self.width.into(), self.height());
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::High);
        let mut writer = encoder.write_header().expect("the file can be written");
        writer.write_image_data(self.pixels.as_flattened()).expect("the file can be written");
    }

    /// How many pixels look different in another one. All of them, where its size is another one.
    pub fn difference_from(&self, other: &Self) -> usize {
        if (self.width, self.pixels.len()) != (other.width, other.pixels.len()) {
            return self.pixels.len();
        }
        self.pixels.iter().zip(&other.pixels).filter(|(one, other)| looks_different(**one, **other)).count()
    }

    /// Whether it looks like another one.
    pub fn looks_like(&self, other: &Self) -> bool {
        self.difference_from(other) <= MOST_PIXELS
    }

    fn height(&self) -> u32 {
        u32::try_from(self.pixels.len()).expect("a screen has fewer pixels") / u32::from(self.width)
    }
}

fn looks_different(one: Colour, other: Colour) -> bool {
    one.iter().zip(other).any(|(one, other)| one.abs_diff(other) > FARTHEST)
}

/// Whether pictures are to be kept anew, and not compared.
pub fn are_renewed() -> bool {
    std::env::var_os(RENEW_VARIABLE).is_some()
}

/// Where the kept picture of this name is.
pub fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures").join(format!("{name}.png"))
}

/// Writes what a window shows in place of the picture that is kept, and returns where it can be looked at.
pub fn write_found(name: &str, picture: &Picture) -> PathBuf {
    let project =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are in a folder of the project");
    let path = project.join("target/pictures").join(format!("{name}.png"));
    picture.write(&path);
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREY: Colour = [40; 3];

    #[test]
    fn a_picture_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/picture.png");
        let picture =
            Picture { width: 7, pixels: (0..35).map(|pixel| [pixel, 2 * pixel, 255 - pixel]).collect() };
        picture.write(&path);
        assert!(Picture::read(&path) == picture);
    }

    #[test]
    fn a_few_pixels_and_little_light_may_differ_but_no_digit() {
        let before = Picture { width: 40, pixels: vec![GREY; 1_600] };
        let changed = |count: usize, colour: Colour| {
            let mut picture = before.clone();
            picture.pixels[100..100 + count].fill(colour);
            picture
        };
        assert!(before.looks_like(&changed(12, [200, 40, 40])));
        assert!(before.looks_like(&changed(1_500, [60; 3])));
        assert!(!before.looks_like(&changed(13, [40, 40, 89])));
        assert!(!before.looks_like(&Picture { width: 20, pixels: before.pixels.clone() }));
    }
}
