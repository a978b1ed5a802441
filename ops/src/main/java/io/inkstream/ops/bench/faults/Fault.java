package io.inkstream.ops.bench.faults;

import io.inkstream.ops.stack.Member;
import io.inkstream.ops.stack.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * One disturbance.
 *
 * @param victim the process that it hits, or the first one if it hits all in turn
 * @param pauseMs before it
 * @param lengthMs how long the trouble lasts, or the process stays away
 * @param isAlone whether what it held up is waited for before the next one
 */
record Fault(FaultKind kind, Member victim, long pauseMs, long lengthMs, boolean isAlone) {
    private static final long LONGEST_PAUSE_MS = 400;
    private static final long SHORTEST_MS = 300;
    private static final long LONGEST_MS = 3_000;
    /** One in so many begins while the one before still shows. */
    private static final int OVERLAPPING = 2;

    /**
     * The same list for the same arguments. Every kind comes once before one comes again.
     *
     * @param kinds of them
     */
    static List<Fault> script(long seed, int count, Collection<FaultKind> kinds, Shape shape) {
        Random random = new Random(seed);
        List<Fault> script = new ArrayList<>();
        List<FaultKind> round = new ArrayList<>();
        while (script.size() < count) {
            if (round.isEmpty()) {
                round.addAll(kinds);
                Collections.shuffle(round, random);
            }
            FaultKind kind = round.remove(round.size() - 1);
            script.add(new Fault(
                    kind,
                    new Member(kind.part(), random.nextInt(shape.count(kind.part()))),
                    random.nextLong(LONGEST_PAUSE_MS),
                    SHORTEST_MS + random.nextLong(LONGEST_MS - SHORTEST_MS),
                    random.nextInt(OVERLAPPING) > 0));
        }
        return script;
    }
}
