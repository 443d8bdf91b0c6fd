//! Turns `proto/` into Rust: messages by prost, the service by tonic, neither with a `protoc` on the machine.
//!
//! The service is generated from its descriptor but carries raw frames instead of messages: elements must be counted
//! before a message is decoded, and a broadcast is encoded once and its bytes shared among peers.

use std::path::PathBuf;
use std::{env, error::Error};

use prost_types::{FileDescriptorSet, MethodDescriptorProto, ServiceDescriptorProto};
use tonic_build::manual;

const PROTO_ROOT: &str = "proto";
const FILES: [&str; 6] = [
    "mekhqonline/service.proto",
    "mekhqonline/team.proto",
    "mekhqonline/settlement.proto",
    "mekhqonline/bridge.proto",
    "mekhqonline/ledger.proto",
    "mekhqonline/memento.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={PROTO_ROOT}");
    let descriptors = protox::compile(FILES, [PROTO_ROOT])?;
    generate_messages(descriptors.clone())?;
    generate_service(&descriptors)
}

fn generate_messages(descriptors: FileDescriptorSet) -> Result<(), Box<dyn Error>> {
    prost_build::Config::new()
        // The payload inside an Any is the one field worth sharing instead of copying.
        .bytes([".google.protobuf.Any"])
        .compile_well_known_types()
        .enable_type_names()
        .type_name_domain([".mekhqonline"], "type.googleapis.com")
        .include_file("messages.rs")
        .compile_fds(descriptors)?;
    Ok(())
}

/// Client and server without tonic's transport helpers: their constructor is called `connect`, as is one of our calls.
fn generate_service(descriptors: &FileDescriptorSet) -> Result<(), Box<dyn Error>> {
    let out_dir = PathBuf::from(env::var("OUT_DIR")?);
    for file in &descriptors.file {
        for service in &file.service {
            manual::Builder::new()
                .build_transport(false)
                .out_dir(&out_dir)
                .compile(&[raw_service(file.package(), service)]);
        }
    }
    Ok(())
}

fn raw_service(package: &str, service: &ServiceDescriptorProto) -> manual::Service {
    service
        .method
        .iter()
        .fold(manual::Service::builder().name(service.name()).package(package), |builder, method| {
            builder.method(raw_method(method))
        })
        .build()
}

fn raw_method(method: &MethodDescriptorProto) -> manual::Method {
    let mut builder = manual::Method::builder()
        .name(snake_case(method.name()))
        .route_name(method.name())
        .input_type("bytes::Bytes")
        .output_type("bytes::Bytes")
        .codec_path("crate::net::codec::FrameCodec");
    if method.client_streaming() {
        builder = builder.client_streaming();
    }
    if method.server_streaming() {
        builder = builder.server_streaming();
    }
    builder.build()
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (index, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && index > 0 {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
