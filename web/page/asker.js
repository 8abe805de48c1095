// Asks the home about the picture that is there now: at once for the answer, and once it
// is quiet for the reasons. What has been drawn over meanwhile is never asked or told.

const QUIET_MS = 140;
const UNUSUAL = 0.05;

/** Whether what could be one digit is rather several: they are surer than the one. */
function isPage(answer, page) {
  const digits = page.lines.flatMap((line) => line.digits);
  const least = Math.min(...digits.map((digit) => digit.confidence));
  return digits.length > 1 && (Boolean(answer.refused) || least > answer.confidence);
}

export class Asker {
  /** `tell` has answer(subject, answer), page(subject, page), reasons(subject, why, doctor),
   * trouble(error). */
  constructor(home, tell) {
    this.home = home;
    this.tell = tell;
    this.wanted = null;
    this.busy = false;
    this.timer = null;
  }

  /** A subject is {image, whole: whether it may hold several digits}; null: nothing. */
  ask(subject) {
    this.wanted = subject;
    this.asked = false;
    clearTimeout(this.timer);
    this.pump();
  }

  async pump() {
    if (this.busy) {
      return;
    }
    this.busy = true;
    while (this.wanted && !this.asked) {
      const subject = this.wanted;
      this.asked = true;
      try {
        const answer = await this.home.predict(subject.image);
        if (this.wanted === subject) {
          this.tell.answer(subject, answer);
          clearTimeout(this.timer);
          this.timer = setTimeout(() => this.settle(subject, answer), QUIET_MS);
        }
      } catch (error) {
        if (this.wanted === subject) {
          this.tell.trouble(error);
        }
      }
    }
    this.busy = false;
  }

  async settle(subject, answer) {
    const still = () => this.wanted === subject;
    try {
      const odd = answer.refused || answer.likeness < UNUSUAL;
      if (still() && subject.whole && odd && answer.refused !== "blank") {
        const page = await this.home.read(subject.image);
        if (still() && isPage(answer, page)) {
          this.tell.page(subject, page);
          return;
        }
      }
      if (!still() || answer.refused === "blank") {
        return;
      }
      const why = await this.home.why(subject.image);
      const doctor = still() ? await this.home.doctor(subject.image) : null;
      if (still()) {
        this.tell.reasons(subject, why, doctor);
      }
    } catch (error) {
      if (still()) {
        this.tell.trouble(error);
      }
    }
  }
}
