package io.inkstream.topology;

import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.topology.client.Answer;
import io.inkstream.topology.client.RenderClient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A model server in this thread: keeps what it is asked, and answers when the test says so, in any order. */
public final class FakeRenderClient implements RenderClient {
    private final List<Call> calls = new ArrayList<>();
    private int room = Integer.MAX_VALUE;
    private double tookMs = 10;
    private boolean answersAtOnce;
    private Predicate<String> reach = model -> true;

    /** A request that is not answered. */
    public record Call(RenderLineRequest request, Consumer<Answer> answered) {}

    @Override
    public boolean tryRender(RenderLineRequest request, Consumer<Answer> answered) {
        if (calls.size() >= room) {
            return false;
        }
        if (answersAtOnce) {
            answered.accept(new Answer.Drawn(FakeDrawing.response(request), tookMs));
        } else {
            calls.add(new Call(request, answered));
        }
        return true;
    }

    @Override
    public boolean mayHave(String model) {
        return reach.test(model);
    }

    /** Says which versions a server within reach has. */
    public void reach(Predicate<String> models) {
        reach = models;
    }

    /** Takes so many calls at a time. */
    public void limitTo(int callsAtATime) {
        room = callsAtATime;
    }

    /** Says that every answer from now on took so long. */
    public void tookMs(double ms) {
        tookMs = ms;
    }

    /** Draws every request while it is sent. */
    public void answerAtOnce() {
        answersAtOnce = true;
    }

    /** Requests without an answer, in the order they came. */
    public List<RenderLineRequest> waiting() {
        return calls.stream().map(Call::request).toList();
    }

    /** Draws the request at an index of {@link #waiting}. */
    public void draw(int index) {
        answerWith(index, FakeDrawing.response(calls.get(index).request()));
    }

    /** Draws all requests, the last first. */
    public void drawAllBackwards() {
        for (int i = calls.size() - 1; i >= 0; i--) {
            draw(i);
        }
    }

    /** Answers the request at an index of {@link #waiting}. */
    public void answer(int index, Answer answer) {
        calls.remove(index).answered().accept(answer);
    }

    /** Refuses the request at an index of {@link #waiting}. */
    public void refuse(int index, String message) {
        answer(index, new Answer.Refused(message, tookMs));
    }

    /** Fails the request at an index of {@link #waiting} as a server does that is away. */
    public void fail(int index, String reason) {
        answer(index, new Answer.Failed(reason, false, tookMs));
    }

    /** Fails the request at an index of {@link #waiting} as a version does that cannot draw. */
    public void breakDown(int index, String reason) {
        answer(index, new Answer.Failed(reason, true, tookMs));
    }

    /** Answers with something else than was asked for. */
    public void answerWith(int index, RenderLineResponse response) {
        answer(index, new Answer.Drawn(response, tookMs));
    }
}
