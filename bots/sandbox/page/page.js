// The demo's page: two clients that show what the server tells by server-sent events, and send back what the visitor
// types and presses. Everything drawn comes from the server; a page that lost its stream is told everything anew.
"use strict";

const byID = id => document.getElementById(id);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const paneOf = chat => byID("pane-" + chat);
const tabOf = chat => byID("tab-" + chat);
const clientOf = element => element.closest(".client");
const chosen = client => client.querySelector('[role=tab][aria-selected=true]');

// ---- times and colours, which only the browser knows

const styles = {
	t: {hour: "numeric", minute: "2-digit"}, T: {hour: "numeric", minute: "2-digit", second: "2-digit"},
	d: {dateStyle: "short"}, D: {dateStyle: "long"}, f: {dateStyle: "long", timeStyle: "short"},
	F: {dateStyle: "full", timeStyle: "short"},
};
const steps = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

function relative(at) {
	const seconds = Math.round((at - Date.now()) / 1000);
	const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) || steps.at(-1);
	return new Intl.RelativeTimeFormat("en", {numeric: "auto"}).format(Math.trunc(seconds / size), unit);
}

function dress(root) {
	for (const time of all("time[data-style]", root)) {
		const at = new Date(time.dateTime), style = time.dataset.style;
		time.textContent = style === "R" ? relative(at) : at.toLocaleString([], styles[style]);
		time.title = at.toLocaleString();
	}
	for (const embed of all("[data-bar]", root)) embed.style.setProperty("--bar", embed.dataset.bar);
	for (const fold of all(".expandable", root)) {
		const body = fold.querySelector(".fold");
		if (body.scrollHeight <= body.clientHeight + 4) fold.classList.add("open", "short");
	}
}

// ---- messages

function nearEnd(log) { return log.scrollHeight - log.scrollTop - log.clientHeight < 80; }

function toEnd(log) { log.scrollTop = log.scrollHeight; }

// draw puts a message in its place: that of its earlier form, or the end.
function draw(message, live) {
	const pane = paneOf(message.chat);
	if (!pane) return;
	const log = pane.querySelector(".log"), follow = nearEnd(log);
	const holder = document.createElement("template");
	holder.innerHTML = message.html;
	const drawn = holder.content.firstElementChild, before = byID(message.id);
	log.querySelector(".empty")?.remove();
	if (before) {
		keepFocus(before, drawn);
		before.replaceWith(drawn);
		restoreFocus(drawn);
	} else {
		log.append(drawn);
	}
	dress(drawn);
	if (message.mine) started(message.chat);
	if (!live) return;
	drawn.classList.add(before ? "changed" : "arrived");
	if (follow || message.mine) toEnd(log);
	else if (!before) pane.querySelector(".newer").hidden = false;
	if (!before && !message.mine) notice(message, pane);
}

// keepFocus notes which button had the focus, so that a card which changes in place can still be used by keyboard.
let focused = "";
function keepFocus(before) {
	focused = before.contains(document.activeElement) ? document.activeElement.dataset.button || "body" : "";
}
function restoreFocus(drawn) {
	if (!focused) return;
	const same = all("[data-button]", drawn).find(b => b.dataset.button === focused);
	const next = same?.querySelector("summary") || same || drawn.querySelector("button, a, summary");
	next?.focus({preventScroll: true});
}

// notice counts what arrives out of sight, and tells a screen reader what would have rung.
function notice(message, pane) {
	const client = clientOf(pane);
	if (message.sound) {
		const where = client.querySelector("h2").textContent + ", " + tabOf(message.chat).querySelector(".title").textContent;
		byID("announce").textContent = where + ": " + message.preview;
	}
	if (pane.hidden) count(tabOf(message.chat).querySelector(".badge"), message.sound);
	const view = document.querySelector('.switch [data-view="' + client.id + '"]');
	if (document.body.dataset.view !== client.id) count(view.querySelector(".badge"), message.sound);
}

function count(badge, sound) {
	const n = (badge.hidden ? 0 : Number(badge.dataset.count)) + 1;
	badge.dataset.count = n;
	badge.hidden = false;
	badge.textContent = n;
	badge.setAttribute("aria-label", n + " new");
	if (sound) badge.classList.add("loud");
}

function clear(badge) {
	badge.hidden = true;
	badge.classList.remove("loud");
}

function remove(g) {
	byID(g.id)?.remove();
	const pane = paneOf(g.chat), log = pane?.querySelector(".log");
	if (log && !log.children.length) log.append(empties.get(g.chat).cloneNode(true));
}

// empties are what stands in a chat without messages.
const empties = new Map(all(".pane").map(pane => [pane.dataset.chat, pane.querySelector(".empty")]));

function redraw(state) {
	if (state.world !== document.documentElement.dataset.world) {
		location.reload(); // another demo has begun: its chats are others
		return;
	}
	for (const pane of all(".pane")) pane.querySelector(".log").replaceChildren(empties.get(pane.dataset.chat).cloneNode(true));
	for (const tab of all("[data-start]")) delete tab.dataset.started;
	drawTimeline(state.timeline);
	for (const message of state.messages) draw(message, false);
	for (const pane of all(".pane")) toEnd(pane.querySelector(".log"));
	for (const client of all(".client")) compose(client);
}

function drawTimeline(html) {
	byID("timeline").innerHTML = html;
	byID("timeline").querySelector("[aria-current]")?.scrollIntoView({block: "nearest"});
}

// ---- the stream

function show(text, state) {
	byID("link").textContent = text;
	byID("link").dataset.state = state;
}

let pause = 500;
function listen() {
	const stream = new EventSource("/events");
	const on = (name, act) => stream.addEventListener(name, e => act(JSON.parse(e.data)));
	stream.onopen = () => { show("Live", "live"); pause = 500; };
	stream.onerror = () => {
		show("The demo does not answer. Trying again", "lost");
		if (stream.readyState !== EventSource.CLOSED) return; // the browser tries again itself
		setTimeout(listen, pause);
		pause = Math.min(pause * 2, 5000);
	};
	on("state", redraw);
	on("message", m => draw(m, true));
	on("gone", remove);
	on("timeline", drawTimeline);
	on("toast", t => toast(byID(t.client), t.text, t.stay));
}

// ---- choosing a chat, and on a small screen a client

function choose(tab, focus) {
	const client = clientOf(tab);
	for (const other of all("[role=tab]", client)) {
		other.setAttribute("aria-selected", other === tab);
		other.tabIndex = other === tab ? 0 : -1;
		paneOf(other.dataset.chat).hidden = other !== tab;
	}
	clear(tab.querySelector(".badge"));
	const pane = paneOf(tab.dataset.chat);
	toEnd(pane.querySelector(".log"));
	dress(pane);
	pane.querySelector(".newer").hidden = true;
	if (focus) tab.focus();
	tab.scrollIntoView({block: "nearest", inline: "nearest"});
	compose(client);
	offers.delete(client);
	hideOffers(client);
}

function view(name) {
	document.body.dataset.view = name;
	for (const button of all(".switch button")) {
		button.setAttribute("aria-pressed", button.dataset.view === name);
		if (button.dataset.view === name) button.querySelectorAll(".badge").forEach(clear);
	}
	for (const log of all("#" + name + " .pane:not([hidden]) .log")) toEnd(log);
}

function moveTab(tab, key) {
	const tabs = all("[role=tab]", clientOf(tab)), at = tabs.indexOf(tab);
	const to = {ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1}[key];
	if (to === undefined) return false;
	choose(tabs[(to + tabs.length) % tabs.length], true);
	return true;
}

// ---- writing

// started notes that the visitor has written in a chat that begins with Start.
function started(chat) {
	const tab = tabOf(chat);
	if ("start" in tab.dataset) tab.dataset.started = "";
	if (tab.getAttribute("aria-selected") === "true") compose(clientOf(tab));
}

// compose shows the composer of the chosen chat: Start, or a line to write.
function compose(client) {
	const tab = chosen(client), form = client.querySelector(".composer");
	const fresh = "start" in tab.dataset && !("started" in tab.dataset);
	form.querySelector(".start").hidden = !fresh;
	form.text.placeholder = tab.dataset.write;
	form.text.hidden = form.querySelector(".send").hidden = fresh;
}

async function post(path, body, client) {
	try {
		const answer = await fetch(path, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)});
		if (answer.ok) return true;
		toast(client, sentence(await answer.text()));
	} catch {
		toast(client, "The demo does not answer. It may have ended.");
	}
	return false;
}

function sentence(text) {
	text = text.trim();
	return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
}

async function say(client, text) {
	hideOffers(client);
	return post("/say", {chat: chosen(client).dataset.chat, text}, client);
}

async function press(button, values) {
	const client = clientOf(button), holder = button.closest("[data-button]");
	button.setAttribute("aria-busy", "true");
	await post("/press", {
		chat: button.closest(".pane").dataset.chat, message: button.closest(".message").id, button: holder.dataset.button, values,
	}, client);
	button.removeAttribute("aria-busy");
}

function chooseInMenu(button) {
	const menu = button.closest(".menu"), values = all("input:checked", menu).map(i => i.value);
	if (values.length < menu.dataset.least || values.length > menu.dataset.most) {
		toast(clientOf(menu), "Choose " + (menu.dataset.least === menu.dataset.most ? menu.dataset.most : menu.dataset.least + " to " + menu.dataset.most) + ".");
		return;
	}
	menu.open = false;
	press(menu.querySelector("summary"), values);
}

const toasts = new WeakMap();
function toast(client, text, stay) {
	const box = client.querySelector(".toast");
	box.querySelector("p").textContent = text;
	box.hidden = false;
	clearTimeout(toasts.get(client));
	if (!stay) toasts.set(client, setTimeout(() => { box.hidden = true; }, 6000));
}

// ---- commands after a slash

const offers = new Map(); // the list of the chosen chat, by client

async function offer(client) {
	const form = client.querySelector(".composer"), typed = form.text.value.trimStart();
	if (!typed.startsWith("/")) return hideOffers(client);
	if (!offers.has(client)) {
		const chat = chosen(client).dataset.chat;
		const answer = await fetch("/commands?chat=" + encodeURIComponent(chat)).catch(() => null);
		if (!answer?.ok || chosen(client).dataset.chat !== chat) return;
		offers.set(client, await answer.json());
	}
	const low = form.text.value.trimStart().toLowerCase();
	const fits = offers.get(client).filter(c => c.text.startsWith(low) || low.startsWith("/") && c.text.includes(" " + low.slice(1)));
	drawOffers(client, low === typed.toLowerCase() ? fits : []);
}

function drawOffers(client, list) {
	const box = client.querySelector(".offers"), input = client.querySelector(".composer").text;
	box.replaceChildren(...list.map((c, i) => {
		const item = document.createElement("li");
		item.role = "option";
		item.id = client.id + "-offer-" + i;
		item.dataset.text = c.text + (c.hint ? " " : "");
		item.setAttribute("aria-selected", i === 0);
		const text = document.createElement("b"), hint = document.createElement("i"), help = document.createElement("span");
		text.textContent = c.text;
		hint.textContent = c.hint;
		help.textContent = c.help;
		item.append(text, c.hint ? hint : "", help);
		return item;
	}));
	box.hidden = list.length === 0;
	input.setAttribute("aria-expanded", list.length > 0);
	mark(client, 0);
}

function mark(client, at) {
	const items = all(".offers li", client), input = client.querySelector(".composer").text;
	items.forEach((item, i) => item.setAttribute("aria-selected", i === at));
	items[at]?.scrollIntoView({block: "nearest"});
	if (items[at]) input.setAttribute("aria-activedescendant", items[at].id);
	else input.removeAttribute("aria-activedescendant");
}

function hideOffers(client) { drawOffers(client, []); }

// take puts an offered command into the line; one that needs no more can be sent at once.
function take(client, item) {
	const input = client.querySelector(".composer").text;
	input.value = item.dataset.text;
	hideOffers(client);
	input.focus();
}

function keyInComposer(e, client) {
	const items = all(".offers li", client), at = items.findIndex(i => i.getAttribute("aria-selected") === "true");
	if (!items.length) return;
	if (e.key === "ArrowDown" || e.key === "ArrowUp") mark(client, (at + (e.key === "ArrowDown" ? 1 : items.length - 1)) % items.length);
	else if (e.key === "Escape") hideOffers(client);
	else if (e.key === "Tab" && !e.shiftKey || e.key === "Enter" && !items.some(i => i.dataset.text.trim() === client.querySelector(".composer").text.value.trim())) take(client, items[at]);
	else return;
	e.preventDefault();
}

// ---- hands on the page

document.addEventListener("click", e => {
	const t = e.target, client = t.closest(".client");
	const tab = t.closest("[role=tab]"), key = t.closest("button[data-button]"), offered = t.closest(".offers li");
	if (t.closest(".switch button")) view(t.closest(".switch button").dataset.view);
	else if (tab) choose(tab);
	else if (key) press(key);
	else if (t.closest(".apply")) chooseInMenu(t.closest(".apply"));
	else if (t.closest(".command")) say(client, t.closest(".command").dataset.say);
	else if (t.closest(".start")) say(client, "/start");
	else if (offered) take(client, offered);
	else if (t.closest(".newer")) { toEnd(t.closest(".pane").querySelector(".log")); t.closest(".newer").hidden = true; }
	else if (t.closest(".toast button")) t.closest(".toast").hidden = true;
	else if (t.closest(".spoiler")) t.closest(".spoiler").classList.add("open");
	else if (t.closest(".unfold")) unfold(t.closest(".unfold"));
	else if (t.closest(".quoted")) { e.preventDefault(); seek(t.closest(".quoted").hash.slice(1)); }
	for (const menu of all(".menu[open]")) if (!menu.contains(t)) menu.open = false;
});

function unfold(button) {
	const open = button.closest(".expandable").classList.toggle("open");
	button.setAttribute("aria-expanded", open);
	button.textContent = open ? "Show less" : "Show all";
}

// seek shows the message that another one answers.
function seek(id) {
	const message = byID(id);
	message?.scrollIntoView({block: "center"});
	message?.classList.remove("changed");
	requestAnimationFrame(() => message?.classList.add("changed"));
}

// A menu that opens at the lower edge comes into sight. The event does not bubble.
document.addEventListener("toggle", e => {
	if (e.target.matches(".menu[open]")) e.target.scrollIntoView({block: "nearest"});
}, true);

document.addEventListener("keydown", e => {
	const t = e.target;
	if (t.matches("[role=tab]") && moveTab(t, e.key)) e.preventDefault();
	else if (t.matches(".composer input")) keyInComposer(e, clientOf(t));
	else if (t.matches(".spoiler") && (e.key === "Enter" || e.key === " ")) { t.classList.add("open"); e.preventDefault(); }
	else if (e.key === "Escape") all(".menu[open]").forEach(menu => { menu.open = false; });
});

for (const form of all(".composer")) {
	const client = clientOf(form);
	form.text.addEventListener("input", () => offer(client));
	form.text.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== form.text) hideOffers(client); }, 200));
	form.addEventListener("submit", async e => {
		e.preventDefault();
		const text = form.text.value.trim();
		if (!text) return;
		form.text.value = "";
		if (!await say(client, text)) form.text.value ||= text;
	});
}
for (const log of all(".log")) {
	log.addEventListener("scroll", () => { if (nearEnd(log)) log.parentElement.querySelector(".newer").hidden = true; });
}
for (const client of all(".client")) choose(client.querySelector("[role=tab]"));
listen();
