package io.inkstream.ops.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.ops.hand.Paper;
import io.inkstream.ops.hand.Pictures;
import io.inkstream.ops.hand.SheetException;
import io.inkstream.ops.hand.SheetLayout;
import io.inkstream.ops.hand.SheetPdf;
import io.inkstream.ops.hand.SheetReview;
import io.inkstream.ops.hand.Strength;
import io.inkstream.ops.hand.Verdict;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.javalin.config.JavalinConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.ContentType;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.ServiceUnavailableResponse;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** What a browser says to the {@link HandDesk}. */
final class HandRoutes {
    private static final int MOST_PHOTO_BYTES = 64 << 20;
    /** A form of a foreign page cannot send these without the browser asking us first. */
    private static final Set<String> PHOTOS = Set.of("image/jpeg", "image/png", "application/pdf");

    private final HandDesk desk;
    private final Function<Paper, SheetLayout> layouts;

    HandRoutes(HandDesk desk, Function<Paper, SheetLayout> layouts) {
        this.desk = desk;
        this.layouts = layouts;
    }

    void addTo(JavalinConfig config) {
        config.routes.get("/api/hand/sheet.pdf", this::sheet);
        config.routes.post("/api/hand/photos", this::photo);
        config.routes.get(
                "/api/hand/seen.png", context -> png(context, desk.seen().orElseThrow(NotFoundResponse::new)));
        config.routes.get("/api/hand/review", this::review);
        config.routes.get("/api/hand/review.png", context -> png(context, looked().draw()));
        config.routes.delete("/api/hand", context -> desk.clear());
        config.routes.post("/api/hand/make", this::make);
        config.routes.get("/api/hand/make", this::job);
    }

    private void sheet(Context context) {
        SheetLayout layout = layouts.apply("letter".equals(context.queryParam("paper")) ? Paper.LETTER : Paper.A4);
        context.contentType(ContentType.APPLICATION_PDF)
                .header("Content-Disposition", "attachment; filename=sheet.pdf")
                .result(SheetPdf.of(
                        layout, IntStream.rangeClosed(1, layout.pages()).boxed().toList()));
    }

    private void photo(Context context) throws IOException {
        // Read before anything is said of it: to a sender who still sends, a refusal looks like a broken connection.
        byte[] bytes = context.bodyInputStream().readNBytes(MOST_PHOTO_BYTES + 1);
        String type = String.valueOf(context.contentType()).replaceFirst(";.*", "");
        if (!PHOTOS.contains(type)) {
            throw new BadRequestResponse("a photo is a JPEG, a PNG or a PDF, not " + type);
        }
        if (bytes.length > MOST_PHOTO_BYTES) {
            throw new BadRequestResponse("a photo has at most " + (MOST_PHOTO_BYTES >> 20) + " MiB");
        }
        ObjectNode answer = Json.object();
        List<String> refused = new ArrayList<>();
        // One at a time: a photo takes four bytes for each of its pixels.
        synchronized (desk) {
            try {
                Pictures.read("the picture", bytes, (name, picture) -> {
                    try {
                        answer.withArray("pages").add(desk.add(picture));
                    } catch (SheetException e) {
                        refused.add(name + ": " + e.getMessage());
                    }
                });
            } catch (IOException e) {
                refused.add(e.getMessage());
            }
        }
        // The blank backs of a scan of both sides are no pages, and no fault.
        if (!refused.isEmpty() && answer.path("pages").isEmpty()) {
            context.status(422);
        }
        if (!refused.isEmpty()) {
            answer.put("message", String.join("; ", refused));
            if (desk.seen().isPresent()) {
                answer.put("seen", "/api/hand/seen.png");
            }
        }
        Json.answer(context, answer);
    }

    private SheetReview looked() {
        try {
            return desk.review().orElseThrow(() -> new NotFoundResponse("no picture was read yet"));
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new ServiceUnavailableResponse(e.getMessage());
        }
    }

    private void review(Context context) {
        if (desk.pages().isEmpty()) {
            context.status(204); // as it is before the first photo, and no fault
            return;
        }
        SheetReview review = looked();
        ObjectNode answer = Json.object();
        for (Verdict verdict : Verdict.values()) {
            answer.put(verdict.label(), review.count(verdict));
        }
        answer.put("lines", review.lines()).put("allLines", review.allLines());
        answer.put("again", review.again().keySet().stream().collect(Collectors.joining(" ")));
        answer.putPOJO("pages", desk.pages());
        review.rhythm().ifPresent(rhythm -> answer.putObject("rhythm")
                .put("gap", rhythm.gap())
                .put("wordSpace", rhythm.wordSpace())
                .put("joining", rhythm.joining()));
        Json.answer(context, answer);
    }

    private void make(Context context) throws IOException {
        JsonNode asked = Json.asked(context);
        try {
            String strength = asked.path("strength").asText(Strength.EXEMPLARS.name());
            desk.make(asked.path("name").asText(), Strength.valueOf(strength.toUpperCase(Locale.ROOT)));
        } catch (InvalidBundleException e) {
            throw new ServiceUnavailableResponse("the announced model is not whole: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new BadRequestResponse(e.getMessage());
        }
        context.status(202);
        job(context);
    }

    private void job(Context context) {
        HandDesk.Job job = desk.job();
        Json.answer(
                context,
                Json.object()
                        .put("state", job.state().name().toLowerCase(Locale.ROOT))
                        .put("message", job.message())
                        .put("model", job.model())
                        .put("style", job.style()));
    }

    private static void png(Context context, BufferedImage picture) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", bytes);
        context.contentType(ContentType.IMAGE_PNG).result(bytes.toByteArray());
    }
}
