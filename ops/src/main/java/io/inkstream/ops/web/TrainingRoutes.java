package io.inkstream.ops.web;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.TopicTail;
import io.inkstream.schemas.avro.TrainingEvent;
import io.javalin.config.JavalinConfig;
import io.javalin.http.ContentType;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.time.Duration;
import java.util.Optional;

/** What a browser asks of the topic of training runs; it is read when somebody looks, and from then on. */
final class TrainingRoutes implements AutoCloseable {
    /** Of a run of hours with an event a second, its last day or so. */
    private static final long MOST_EVENTS = 50_000;

    private static final Duration READ_WITHIN = Duration.ofSeconds(3);

    private final TrainingRuns runs = new TrainingRuns();
    private final TopicTail<TrainingEvent> events;

    TrainingRoutes(Cluster cluster) {
        events = new TopicTail<>(
                cluster.topics().trainingRuns(), cluster.settings().clientConfig(), MOST_EVENTS);
    }

    void addTo(JavalinConfig config) {
        config.routes.get("/api/training", this::all);
        config.routes.get("/api/training/{run}", this::run);
        config.routes.get("/api/training/{run}/{step}.png", this::grid);
    }

    private void read() {
        events.read(READ_WITHIN, runs::take);
    }

    private synchronized void all(Context context) {
        read();
        var answer = Json.object();
        answer.set("runs", runs.all());
        Json.answer(context, answer);
    }

    private synchronized void run(Context context) {
        read();
        Json.answer(
                context,
                runs.of(context.pathParam("run")).orElseThrow(() -> new NotFoundResponse("no such run is kept")));
    }

    private synchronized void grid(Context context) {
        String step = context.pathParam("step");
        byte[] png = (step.matches("\\d{1,18}")
                        ? runs.grid(context.pathParam("run"), Long.parseLong(step))
                        : Optional.<byte[]>empty())
                .orElseThrow(() -> new NotFoundResponse("no such picture is kept"));
        context.contentType(ContentType.IMAGE_PNG).result(png);
    }

    @Override
    public synchronized void close() {
        events.close();
    }
}
