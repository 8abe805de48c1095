// Numbers and answers in words.

/** 0.9987 as "99.8 %": rounded down, so that nothing looks surer than it is. */
export function percent(share) {
  return `${(Math.floor(share * 1000 + 1e-9) / 10).toFixed(1)} %`;
}

export function count(n, one, many) {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

/** How the answer came about, of predict's `decided`. */
export function decidedWords(decided) {
  return {
    unanimous: "Its nearest neighbours all agree.",
    vote: "Its neighbours voted.",
    "second look": "It was close, so it was looked at twice.",
  }[decided] ?? "";
}

/** Why a digit is refused, of predict's `refused`. */
export function refusedWords(refused) {
  return {
    blank: "Nothing to be read",
    "several digits": "Several digits?",
    "no digit": "This does not look like a digit",
  }[refused] ?? "Not sure enough to say";
}

/** 1234.5 as "1,235", 12.345 as "12.3", 0.0123 as "0.0123". */
export function figure(value) {
  if (value === null || value === undefined) {
    return "";
  }
  const size = Math.abs(value);
  const digits = size >= 1000 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 4;
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}
