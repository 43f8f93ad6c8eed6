document.title = 'The app'
