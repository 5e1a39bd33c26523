import type {
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  Message,
  MessageShape,
} from "@bufbuild/protobuf";

/** One call as the handlers see it, whichever listener it came through. */
export interface Call {
  /** How long the caller still waits for the answer, in ms; undefined: for as long as it takes. */
  remainingMs(): number | undefined;
  /**
   * Tells when the caller has gone or its deadline has passed; at once where that is so already. A handler then stops
   * waiting; it never undoes what it has begun. Gives the function that ends the subscription.
   */
  onEnd(listener: () => void): () => void;
}

/** The handlers of a service, by the local names of its methods. They throw BackstitchError. */
export type ServiceHandlers<S extends DescService> = { readonly [K in keyof S["method"]]: Handler<S["method"][K]> };

type Handler<M extends DescMethod> =
  M extends DescMethodUnary<infer I, infer O>
    ? (request: MessageShape<I>, call: Call) => Promise<MessageShape<O>>
    : M extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageShape<I>, call: Call) => AsyncIterable<MessageShape<O>>
      : M extends DescMethodBiDiStreaming<infer I, infer O>
        ? (requests: AsyncIterable<MessageShape<I>>, call: Call) => AsyncIterable<MessageShape<O>>
        : never;

/** A handler with its descriptor, as a listener serves it. */
export type Method =
  | {
      readonly kind: "unary";
      readonly desc: DescMethodUnary;
      readonly handle: (request: Message, call: Call) => Promise<Message>;
    }
  | {
      readonly kind: "server_streaming";
      readonly desc: DescMethodServerStreaming;
      readonly handle: (request: Message, call: Call) => AsyncIterable<Message>;
    }
  | {
      readonly kind: "bidi_streaming";
      readonly desc: DescMethodBiDiStreaming;
      readonly handle: (requests: AsyncIterable<Message>, call: Call) => AsyncIterable<Message>;
    };

/** The methods of a service with their handlers. */
export function methodsOf<S extends DescService>(service: S, handlers: ServiceHandlers<S>): Method[] {
  return service.methods.map((desc) => {
    const handle = handlers[desc.localName as keyof S["method"]];
    return { kind: desc.methodKind, desc, handle } as unknown as Method;
  });
}
