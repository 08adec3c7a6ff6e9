//! The models of the input and the output. One model serves both: fields that only the shop sets are `read_only`.

mod customer;
mod flag;
mod id;
mod item;
mod order;
mod review;
mod time;

pub use customer::{Customer, CustomerFilter};
pub use flag::Flag;
pub use id::Id;
pub use item::{Item, ItemFilter, ItemSort, MAX_STOCK};
pub use order::{Confirmation, LineDraft, Order, OrderDraft, OrderFilter, OrderStatus};
pub use review::{Review, ReviewSort};
pub use time::Time;
