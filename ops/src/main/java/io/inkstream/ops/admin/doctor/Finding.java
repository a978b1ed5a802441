package io.inkstream.ops.admin.doctor;

import static java.util.Objects.requireNonNull;

/**
 * One thing that a check has found.
 *
 * @param level how bad it is
 * @param part of the deployment, such as {@code brokers}
 * @param what was found, in a sentence
 * @param remedy what to do about it; empty where nothing is to be done
 */
public record Finding(Level level, String part, String what, String remedy) {

    /** How bad a finding is, the worst last. */
    public enum Level {
        /** As it should be. */
        OK,
        /** Documents are drawn, and somebody should have a look. */
        WARNING,
        /** Documents are not drawn, or something will be lost. */
        PROBLEM,
        /** It does not answer, so that nothing is known of it. */
        UNREACHABLE
    }

    public Finding {
        requireNonNull(level, "level");
        requireNonNull(part, "part");
        requireNonNull(what, "what");
        requireNonNull(remedy, "remedy");
    }
}
