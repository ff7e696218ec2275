//! SVG into PNG, with a font of our own, so that a picture is the same on every machine.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use crate::error::AlertError;

/// Family of plain text in `assets`.
pub(super) const REGULAR: &str = "Inter";
/// Family of bold text in `assets`.
pub(super) const BOLD: &str = "Inter SemiBold";

/// Pixels of a point: sharp on dense screens.
const DENSITY: f64 = 2.0;

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(include_bytes!("../../assets/Inter-Regular.ttf").to_vec());
    fonts.load_font_data(include_bytes!("../../assets/Inter-SemiBold.ttf").to_vec());
    Arc::new(fonts)
});

/// Draws an SVG of a size in points.
pub(super) fn png(svg: &str, (width, height): (f64, f64)) -> Result<Vec<u8>, AlertError> {
    let cannot = |error: String| AlertError::Drawing(error);
    let options = Options {
        font_family: REGULAR.to_owned(),
        fontdb: Arc::clone(&FONTS),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|error| cannot(error.to_string()))?;
    let (wide, high) = ((width * DENSITY) as u32, (height * DENSITY) as u32);
    let mut pixels = Pixmap::new(wide, high).ok_or_else(|| cannot("it has no size".to_owned()))?;
    let scale = Transform::from_scale(DENSITY as f32, DENSITY as f32);
    resvg::render(&tree, scale, &mut pixels.as_mut());
    pixels
        .encode_png()
        .map_err(|error| cannot(error.to_string()))
}
