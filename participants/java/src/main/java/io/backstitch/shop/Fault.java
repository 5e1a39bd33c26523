package io.backstitch.shop;

import com.google.gson.annotations.SerializedName;

/**
 * What goes wrong in one direction of one action.
 *
 * @param fail so many attempts fail before anything is done
 * @param failUntil until this time of the shop's clock (RFC 3339) every attempt fails before anything is done
 * @param reject the call is refused with this code before anything is done
 * @param delayMs waits so long before it begins, even past the deadline
 * @param hang so many attempts commit their work and then never answer
 * @param die in so many attempts the process kills itself between commit and answer
 * @param slowAnswerMs commits, then waits so long with the answer
 * @param twice carries out the call a second time after the first, and gives the second answer
 */
record Fault(
    int fail,
    @SerializedName("fail_until") String failUntil,
    String reject,
    @SerializedName("delay_ms") long delayMs,
    int hang,
    int die,
    @SerializedName("slow_answer_ms") long slowAnswerMs,
    boolean twice) {}
