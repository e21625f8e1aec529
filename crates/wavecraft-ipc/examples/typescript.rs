//! Prints the page's side of the protocol, which `cargo xtask codegen` keeps in `ui/packages/core/src/protocol/index.ts`.

fn main() {
    print!("{}", wavecraft_ipc::typescript::module());
}
