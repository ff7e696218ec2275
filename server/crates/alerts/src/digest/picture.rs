//! A small canvas: paths and words in flat colours, antialiased, and its PNG. The font is in `assets`, so a picture is the
//! same on every machine.

use ttf_parser::{Face, OutlineBuilder};
use zeno::{Cap, Command, Fill, Join, Mask, PathBuilder, PathData, Stroke, Style, Transform};

use crate::error::AlertError;

/// Pixels of a point: sharp on dense screens.
const DENSITY: f32 = 2.0;

/// A weight of the font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// Where words stand beside their point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// What is drawn on; all places are in points, from the upper left.
pub(super) struct Canvas {
    width: u32,
    height: u32,
    /// Red, green and blue of every pixel, row by row.
    pixels: Vec<u8>,
    mask: Vec<u8>,
}

/// Red, green and blue.
type Colour = [u8; 3];

impl Canvas {
    /// A sheet of paper in one colour.
    pub(super) fn new((width, height): (f32, f32), paper: &str) -> Self {
        let (width, height) = ((width * DENSITY) as u32, (height * DENSITY) as u32);
        let size = width as usize * height as usize;
        Self {
            width,
            height,
            pixels: colour(paper).repeat(size),
            mask: vec![0; size],
        }
    }

    /// Fills a path, written as in SVG; `opacity` is from 0 to 1.
    pub(super) fn fill(&mut self, path: &str, ink: &str, opacity: f32) {
        self.paint(path, Fill::NonZero, ink, opacity);
    }

    /// Draws along a path, written as in SVG.
    pub(super) fn stroke(&mut self, path: &str, ink: &str, width: f32) {
        let mut stroke = Stroke::new(width);
        stroke.join(Join::Round).cap(Cap::Round);
        self.paint(path, stroke, ink, 1.0);
    }

    /// Fills a circle.
    pub(super) fn dot(&mut self, (x, y): (f32, f32), radius: f32, ink: &str) {
        let mut path: Vec<Command> = Vec::new();
        path.add_circle((x, y), radius);
        self.paint(&path, Fill::NonZero, ink, 1.0);
    }

    /// Writes words on a line; signs that the font has not are left out.
    pub(super) fn write(
        &mut self,
        words: &str,
        (x, y): (f32, f32),
        anchor: Anchor,
        (weight, size): (Weight, f32),
        ink: &str,
    ) -> Result<(), AlertError> {
        let face = face(weight)?;
        let scale = size / f32::from(face.units_per_em());
        let glyphs: Vec<_> = words
            .chars()
            .filter_map(|sign| face.glyph_index(sign))
            .collect();
        let advance = |glyph| f32::from(face.glyph_hor_advance(glyph).unwrap_or_default()) * scale;
        let width: f32 = glyphs.iter().map(|glyph| advance(*glyph)).sum();
        let mut pen = Pen {
            path: Vec::new(),
            x: x - match anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => width / 2.0,
                Anchor::End => width,
            },
            y,
            scale,
        };
        for glyph in glyphs {
            face.outline_glyph(glyph, &mut pen);
            pen.x += advance(glyph);
        }
        self.paint(&pen.path, Fill::NonZero, ink, 1.0);
        Ok(())
    }

    /// The picture as a PNG file.
    pub(super) fn png(&self) -> Result<Vec<u8>, AlertError> {
        let cannot = |error: png::EncodingError| AlertError::Drawing(error.to_string());
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(cannot)?;
        writer.write_image_data(&self.pixels).map_err(cannot)?;
        writer.finish().map_err(cannot)?;
        Ok(bytes)
    }

    fn paint<'a>(
        &mut self,
        path: impl PathData,
        style: impl Into<Style<'a>>,
        ink: &str,
        opacity: f32,
    ) {
        self.mask.fill(0);
        Mask::new(path)
            .style(style)
            .transform(Some(Transform::scale(DENSITY, DENSITY)))
            .size(self.width, self.height)
            .render_into(&mut self.mask, None);
        let ink = colour(ink);
        let covered = self.pixels.chunks_exact_mut(3).zip(&self.mask);
        for (pixel, coverage) in covered.filter(|(_, coverage)| **coverage > 0) {
            let share = opacity * f32::from(*coverage) / 255.0;
            for (part, ink) in pixel.iter_mut().zip(ink) {
                let mixed = f32::from(*part) + (f32::from(ink) - f32::from(*part)) * share;
                *part = mixed.round() as u8;
            }
        }
    }
}

/// Draws a glyph's outline, which is in the font's units and upwards, at its place.
struct Pen {
    path: Vec<Command>,
    x: f32,
    y: f32,
    scale: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, self.y - y * self.scale)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let to = self.at(x, y);
        self.path.move_to(to);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.at(x, y);
        self.path.line_to(to);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (by, to) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(by, to);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (first, second, to) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.path.curve_to(first, second, to);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

fn face(weight: Weight) -> Result<Face<'static>, AlertError> {
    let bytes: &[u8] = match weight {
        Weight::Regular => include_bytes!("../../assets/Inter-Regular.ttf"),
        Weight::Bold => include_bytes!("../../assets/Inter-SemiBold.ttf"),
    };
    Face::parse(bytes, 0).map_err(|error| AlertError::Drawing(format!("the font: {error}")))
}

/// The colour of `#3f56d6`; black for what is none, which a test of the palette rules out.
fn colour(hex: &str) -> Colour {
    let part = |at: usize| {
        hex.get(at..at + 2)
            .and_then(|part| u8::from_str_radix(part, 16).ok())
    };
    [1, 3, 5].map(|at| part(at).unwrap_or_default())
}
