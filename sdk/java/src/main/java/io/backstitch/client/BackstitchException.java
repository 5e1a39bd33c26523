package io.backstitch.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.backstitch.v1.ErrorCode;
import io.backstitch.v1.ErrorDetail;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Every failure of the client: what the server, or the way to it, refuses. */
public final class BackstitchException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What a connection that breaks looks like, depending on the moment. The server's own errors all carry a detail. */
  private static final Set<Status.Code> BROKEN_CONNECTION =
      EnumSet.of(Status.Code.ABORTED, Status.Code.CANCELLED, Status.Code.INTERNAL, Status.Code.UNKNOWN);

  private final String code;
  private final String status;
  private final transient List<Fault> faults;

  BackstitchException(String code, String status, String message, List<Fault> faults, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.status = status;
    this.faults = List.copyOf(faults);
  }

  /** Makes one of whatever was caught. */
  public static BackstitchException from(Throwable caught) {
    if (caught instanceof BackstitchException already) return already;
    Status status = Status.fromThrowable(caught);
    String name = status.getCode().name();
    String said = status.getDescription() != null ? status.getDescription() : caught.getMessage();
    String message = said != null ? said : name;
    ErrorDetail detail = detailOf(caught);
    if (detail == null) return new BackstitchException(name, name, message, List.of(), caught);
    boolean named = detail.getCode() != ErrorCode.ERROR_CODE_UNSPECIFIED && detail.getCode() != ErrorCode.UNRECOGNIZED;
    String code = named ? detail.getCode().name().substring("ERROR_CODE_".length()) : name;
    return new BackstitchException(code, name, message, faultsOf(detail.getFaultsList()), caught);
  }

  /** An ErrorCode's name such as "SAGA_NOT_FOUND"; where the server sent none, the same as {@link #status}. */
  public String code() {
    return code;
  }

  /** The gRPC status, such as "NOT_FOUND". */
  public String status() {
    return status;
  }

  /** All the faults found in the request. */
  public List<Fault> faults() {
    return faults == null ? List.of() : faults;
  }

  static BackstitchException incomplete() {
    String code = Status.Code.INTERNAL.name();
    return new BackstitchException(code, code, "the server's answer lacks what was asked for", List.of(), null);
  }

  static BackstitchException cancelled(String message, Throwable cause) {
    String code = Status.Code.CANCELLED.name();
    return new BackstitchException(code, code, message, List.of(), cause);
  }

  static List<Fault> faultsOf(List<io.backstitch.v1.Fault> faults) {
    return faults.stream()
        .map(fault -> new Fault(fault.getField(), fault.getRule(), fault.getMessage()))
        .toList();
  }

  /** Whether the same call may well succeed if it is made again. */
  static boolean isTransient(Throwable caught) {
    Status.Code status = Status.fromThrowable(caught).getCode();
    if (status == Status.Code.UNAVAILABLE) return true;
    return BROKEN_CONNECTION.contains(status) && detailOf(caught) == null;
  }

  /** What the server adds to every error of its own; null where there is none. */
  private static ErrorDetail detailOf(Throwable caught) {
    com.google.rpc.Status status = StatusProto.fromThrowable(caught);
    if (status == null) return null;
    for (Any detail : status.getDetailsList()) {
      if (!detail.is(ErrorDetail.class)) continue;
      try {
        return detail.unpack(ErrorDetail.class);
      } catch (InvalidProtocolBufferException unreadable) {
        return null;
      }
    }
    return null;
  }
}
