// Open menus (details.menu) close on Escape and on a press elsewhere; focus returns to the button.
const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  openMenus().forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  openMenus().forEach((menu) => {
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside) menu.querySelector("summary").focus();
  });
});

// On a narrow screen the desk's menu is a strip: the page at hand comes into sight.
document.querySelector(".sidenav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
