package io.inkstream.modelserver.joins;

/**
 * How a hand joins one pair of letters, beside what the rules say of them.
 *
 * @param leavesAtBar whether it leaves its t at the bar, not at the foot
 * @param loops whether it comes up to the head of an ascender and turns back there, instead of touching the stem
 * @param joinsAnyhow whether it joins where that looks ill, rather than lift the pen
 */
public record Manner(boolean leavesAtBar, boolean loops, boolean joinsAnyhow) {
    /** Of a hand that takes its time. */
    public static Manner careful(boolean leavesAtBar) {
        return new Manner(leavesAtBar, false, false);
    }
}
