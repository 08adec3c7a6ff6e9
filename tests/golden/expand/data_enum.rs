#[model]
enum Shape {
    Circle { #[field(gt = 0.0)] radius: f64 },
    Square(Side),
    Nothing,
}
