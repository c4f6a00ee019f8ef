//! Cargo's runner for tests built as wasm. A crate of its own, because its dependencies must not slow down `cargo xtask bundle`.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
