package io.inkstream.topology.render;

import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.topology.client.Answer;
import io.inkstream.topology.client.RenderClient;
import io.inkstream.topology.routing.Version;
import io.inkstream.topology.state.PlannedLine;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** Sends the lines of one task to the model servers, and brings their answers to its thread. For one thread. */
final class Sender {
    private final OpenDocuments open;
    private final Backlog backlog;
    private final RenderClient client;
    private final Function<Drawing, Optional<Version>> shadow;
    private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    private long turn;

    /** An answer on its way from the client's thread to ours. */
    record Arrival(Drawing drawing, int line, Asked asked, Answer answer) {}

    /**
     * What was asked for.
     *
     * @param boxes glyphs to be drawn
     * @param plannedBytes of the line's image as far as it was known
     * @param isProbe whether it was not the line, but one unlike it
     */
    record Asked(int boxes, int plannedBytes, boolean isProbe) {}

    /** @param shadow says which version, if any, draws a document's lines once more to be compared */
    Sender(OpenDocuments open, Backlog backlog, RenderClient client, Function<Drawing, Optional<Version>> shadow) {
        this.open = open;
        this.backlog = backlog;
        this.client = client;
        this.shadow = shadow;
    }

    /**
     * Sends a line of each document in its turn until nothing is left to send or the client is full.
     *
     * @return whether nothing is left
     */
    boolean send(long nowMs) {
        List<Drawing> ready = open.leaders();
        ready.removeIf(drawing -> !drawing.hasLineToSend(nowMs));
        while (!ready.isEmpty()) {
            int next = (int) (turn++ % ready.size());
            Drawing drawing = ready.get(next);
            int line = drawing.lineToSend();
            PlannedLine planned = backlog.line(drawing.sequence(), line);
            RenderLineRequest request = PlannedLines.request(planned);
            Asked asked =
                    new Asked(PlannedLines.boxes(request), planned.getImage().remaining(), false);
            boolean sent = client.tryRender(
                    shadow.apply(drawing).isEmpty()
                            ? request
                            : request.toBuilder().setReadBack(true).build(),
                    answer -> arrivals.add(new Arrival(drawing, line, asked, answer)));
            if (!sent) {
                return false;
            }
            drawing.sent(line);
            if (!drawing.hasLineToSend(nowMs)) {
                ready.remove(next);
            }
        }
        return true;
    }

    /** Asks for a line as unlike as can be one that fails, if there is room: without, the next failure asks. */
    void probe(Drawing drawing, int line, Version version) {
        RenderLineRequest failing = PlannedLines.request(backlog.line(drawing.sequence(), line));
        boolean ignored = client.tryRender(
                Probes.unlike(failing, version),
                answer -> arrivals.add(new Arrival(drawing, line, new Asked(1, 0, true), answer)));
    }

    /** The next answer for a document that still waits for it. */
    Optional<Arrival> next() {
        Arrival arrival = arrivals.poll();
        while (arrival != null && !open.contains(arrival.drawing())) {
            arrival = arrivals.poll(); // it became a dead letter meanwhile, or was planned anew
        }
        return Optional.ofNullable(arrival);
    }
}
