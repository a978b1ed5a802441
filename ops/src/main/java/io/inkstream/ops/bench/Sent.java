package io.inkstream.ops.bench;

/** A document on its way, or done: what comes of it then is too much. Only the number and the time are for every thread. */
public final class Sent {
    private final int number;
    private final long dueNanos;
    /** A bit a line of the copy that is drawn now. */
    long seen;
    /** Copies of which all lines came. */
    int whole;

    int pages;
    int letters;
    String model = "";
    boolean isMixed;
    boolean isDrawn;
    boolean isBoth;

    Sent(int number, long dueNanos) {
        this.number = number;
        this.dueNanos = dueNanos;
    }

    /** Which of the documents it is. */
    public int number() {
        return number;
    }

    /** When it was to be sent. */
    public long dueNanos() {
        return dueNanos;
    }

    int lines() {
        return Long.bitCount(seen);
    }

    /** Copies of which nothing more must come but pages. */
    int ended() {
        return whole + letters;
    }

    @Override
    public String toString() {
        return "document " + number + " with " + whole + " copies, " + lines() + " lines, " + pages + " pages and "
                + letters + " dead letters";
    }
}
