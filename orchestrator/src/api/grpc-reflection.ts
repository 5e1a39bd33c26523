import { type DescFile, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { Server } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import type { Method } from "./handlers.ts";

/** Lets tools such as grpcurl learn the contracts from the server itself. */
export function addReflection(server: Server, methods: readonly Method[]): void {
  const files = new Set<DescFile>();
  for (const method of methods) addWithDependencies(files, method.desc.parent.file);
  const fileDescriptorProtos = [...files].map((file) => Buffer.from(toBinary(FileDescriptorProtoSchema, file.proto)));
  // The library reads nothing but the file descriptors from what is usually a loaded package.
  const loaded = { backstitch: { format: "", type: {}, fileDescriptorProtos } };
  new ReflectionService(loaded as unknown as ConstructorParameters<typeof ReflectionService>[0]).addToServer(server);
}

function addWithDependencies(files: Set<DescFile>, file: DescFile): void {
  if (files.has(file)) return;
  files.add(file);
  for (const dependency of file.dependencies) addWithDependencies(files, dependency);
}
