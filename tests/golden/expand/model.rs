/// An item as the shop sells it.
#[model]
struct Item {
    #[field(read_only)]
    id: u64,
    #[field(min_length = 1, max_length = 80)]
    name: String,
    #[field(gt = 0.0, default = 0.5, validate = is_round)]
    price: f64,
    #[field(default)]
    tags: Vec<String>,
}
