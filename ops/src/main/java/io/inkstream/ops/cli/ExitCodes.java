package io.inkstream.ops.cli;

/** What the exit codes of the commands mean; scripts rely on them. */
final class ExitCodes {
    static final int DONE = 0;
    /** It was tried and did not work. */
    static final int FAILED = 1;
    /** Wrong flags, settings or files: nothing was tried. */
    static final int WRONG_USE = 2;
    /** The brokers or the registry do not answer. */
    static final int UNREACHABLE = 3;
    /** The pipeline refused the document, which is a dead letter, or a page of it: that page has no image. */
    static final int REFUSED = 4;

    /** The change was not made: it would break serving. */
    static final int UNSAFE = 5;

    private ExitCodes() {}
}
